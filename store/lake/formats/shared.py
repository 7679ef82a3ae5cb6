"""SQL that every format needs: tags as one map, support told by its name, a list price for all."""


def tags(entries: str, prefixes: str) -> str:
    """A map of the entries that have a value; `prefixes` (a pattern) are dropped from the keys.

    Where a key comes twice the first one counts. Sorting makes equal tags equal maps.
    """
    key = f"regexp_replace(e.k, '^({prefixes})', '')"
    named = f"list_transform({entries}, lambda e: {{'k': {key}, 'v': nullif(e.v, '')}})"
    whole = f"list_filter({named}, lambda e: e.v IS NOT NULL AND e.k IS NOT NULL AND e.k <> '')"
    keys = f"list_transform({whole}, lambda e: e.k)"
    once = f"list_filter({whole}, lambda e, i: list_position({keys}, e.k) = i)"
    made = (
        f"coalesce(TRY(map_from_entries(list_sort({whole}))), map_from_entries(list_sort({once})))"
    )
    return f"CASE WHEN len({entries}) > 0 THEN {made} END"


def list_cost(listed: str) -> str:
    """What a charge costs at list price; where the bill has none, its unblended cost stands in.

    A commitment's fee without a list price is nothing: the usage it covers counts at list price.
    """
    return (
        f"coalesce({listed}, CASE WHEN charge_type = 'commitment' THEN 0 ELSE unblended_cost END)"
    )


#: Support plans are services of their own: "AWS Support (Business)", "AWSDeveloperSupport".
SUPPORT = r"coalesce(regexp_matches(service_name, '(?i)\bsupport\b|^aws\w*support'), false)"
