"""The words: neutral cards, and their renderers for Slack, Teams, a terminal and a page."""
