"""AWS's own anomaly detection: what it found in 30 days, with what each cause cost. $0.01 a day."""

from bot.collectors.model import Asked, Came, Collector, chosen, needs
from cards import words
from integrations.aws.explorer import insights

NAME = "anomalies"


async def collect(asked: Asked) -> Came:
    found = await insights.anomalies(asked.explorer, asked.now.date())
    said = f"{words.plural(len(found), 'anomaly', 'anomalies')} in 30 days"
    return Came(said, {"anomalies": [one.json() for one in found]})


COLLECTOR = Collector(
    NAME,
    chosen(NAME),
    collect,
    needs("GetAnomalies", "ProvideAnomalyFeedback"),
)
