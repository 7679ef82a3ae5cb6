"""How far back the bill is done: AWS keeps adding to the newest days and changing them."""

from datetime import date, timedelta


def settled_through(last_day: date | None, as_of: date, lag_days: int = 2) -> date | None:
    """The newest day that will hardly change any more, None while nothing is loaded.

    It is neither after the last loaded day nor younger than the lag was on the day of the load:
    a file does not settle by lying around.
    """
    if last_day is None:
        return None
    return min(last_day, as_of - timedelta(days=lag_days))
