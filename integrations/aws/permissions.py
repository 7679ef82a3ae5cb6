"""The right that each request to AWS needs: for errors that name it, and for the policy.

docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

#: By the name of the operation. An action is the operation's own name but for a few.
ACTIONS = {
    "ProvideAnomalyFeedback": "ce:ProvideAnomalyFeedback",
    "GetCostAndUsage": "ce:GetCostAndUsage",
    "GetCostForecast": "ce:GetCostForecast",
    "GetCostAndUsageComparisons": "ce:GetCostAndUsageComparisons",
    "GetCostComparisonDrivers": "ce:GetCostComparisonDrivers",
    "GetAnomalies": "ce:GetAnomalies",
    "GetTags": "ce:GetTags",
    "GetDimensionValues": "ce:GetDimensionValues",
    "GetCostCategories": "ce:GetCostCategories",
    "ListCostCategoryDefinitions": "ce:ListCostCategoryDefinitions",
    "DescribeCostCategoryDefinition": "ce:DescribeCostCategoryDefinition",
    "GetSavingsPlansCoverage": "ce:GetSavingsPlansCoverage",
    "GetSavingsPlansUtilization": "ce:GetSavingsPlansUtilization",
    "GetReservationCoverage": "ce:GetReservationCoverage",
    "GetReservationUtilization": "ce:GetReservationUtilization",
    "LookupEvents": "cloudtrail:LookupEvents",
    "GetMetricData": "cloudwatch:GetMetricData",
    "DescribeBudgets": "budgets:ViewBudget",
    "ListObjectsV2": "s3:ListBucket",
    "GetObject": "s3:GetObject",
    "DescribeOrganization": "organizations:DescribeOrganization",
    "ListAccounts": "organizations:ListAccounts",
    "ListRoots": "organizations:ListRoots",
    "ListOrganizationalUnitsForParent": "organizations:ListOrganizationalUnitsForParent",
    "ListAccountsForParent": "organizations:ListAccountsForParent",
    "ListRecommendations": "cost-optimization-hub:ListRecommendations",
    "ListEnrollmentStatuses": "cost-optimization-hub:ListEnrollmentStatuses",
    "GetEC2InstanceRecommendations": "compute-optimizer:GetEC2InstanceRecommendations",
    "GetEBSVolumeRecommendations": "compute-optimizer:GetEBSVolumeRecommendations",
    "GetLambdaFunctionRecommendations": "compute-optimizer:GetLambdaFunctionRecommendations",
    "GetRDSDatabaseRecommendations": "compute-optimizer:GetRDSDatabaseRecommendations",
    "GetIdleRecommendations": "compute-optimizer:GetIdleRecommendations",
    "GetEnrollmentStatus": "compute-optimizer:GetEnrollmentStatus",
    "AssumeRole": "sts:AssumeRole",
}
