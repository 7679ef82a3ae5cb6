"""The verbs: what people can ask for and click, one file each; the folder is the registry."""
