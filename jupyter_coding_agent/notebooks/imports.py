"""Imports that well-known names stand for. None is proposed before it was tried."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ..core.dataflow import names_of

_ALIASES = {
    "alt": "import altair as alt",
    "gpd": "import geopandas as gpd",
    "jnp": "import jax.numpy as jnp",
    "keras": "import keras",
    "mpl": "import matplotlib as mpl",
    "np": "import numpy as np",
    "nx": "import networkx as nx",
    "pa": "import pyarrow as pa",
    "pd": "import pandas as pd",
    "pl": "import polars as pl",
    "plt": "import matplotlib.pyplot as plt",
    "px": "import plotly.express as px",
    "sa": "import sqlalchemy as sa",
    "sm": "import statsmodels.api as sm",
    "smf": "import statsmodels.formula.api as smf",
    "sns": "import seaborn as sns",
    "sp": "import scipy as sp",
    "stats": "from scipy import stats",
    "tf": "import tensorflow as tf",
    "xr": "import xarray as xr",
    "go": "import plotly.graph_objects as go",
    "dt": "import datetime as dt",
    "Counter": "from collections import Counter",
    "defaultdict": "from collections import defaultdict",
    "deque": "from collections import deque",
    "namedtuple": "from collections import namedtuple",
    "dataclass": "from dataclasses import dataclass",
    "date": "from datetime import date",
    "timedelta": "from datetime import timedelta",
    "Decimal": "from decimal import Decimal",
    "Fraction": "from fractions import Fraction",
    "partial": "from functools import partial",
    "reduce": "from functools import reduce",
    "lru_cache": "from functools import lru_cache",
    "Path": "from pathlib import Path",
    "pprint": "from pprint import pprint",
    "StringIO": "from io import StringIO",
    "BytesIO": "from io import BytesIO",
    "DataFrame": "from pandas import DataFrame",
    "Series": "from pandas import Series",
    "train_test_split": "from sklearn.model_selection import train_test_split",
    "LinearRegression": "from sklearn.linear_model import LinearRegression",
    "LogisticRegression": "from sklearn.linear_model import LogisticRegression",
    "StandardScaler": "from sklearn.preprocessing import StandardScaler",
    "Image": "from PIL import Image",
    "tqdm": "from tqdm.auto import tqdm",
}
_THIRD_PARTY = {
    "IPython", "bs4", "matplotlib", "numpy", "openpyxl", "pandas", "polars", "pyarrow", "requests", "scipy",
    "seaborn", "sklearn", "sqlalchemy", "statsmodels", "torch", "yaml",
}  # fmt: skip


def import_for(name: str, sources: Sequence[str]) -> str:
    """The import that `name` stands for in cells that use it so; empty where it is not known.

    `datetime` and the like are a module and a class in it: how the cells use it decides.
    """
    if name == "datetime" and any(_calls_class(source) for source in sources):
        return "from datetime import datetime"
    if name in _ALIASES:
        return _ALIASES[name]
    is_module = name in _THIRD_PARTY or (name in sys.stdlib_module_names and not name.startswith("_"))
    return f"import {name}" if is_module and any(f"{name}." in source for source in sources) else ""


def binds(line: str, name: str) -> bool:
    """Does this import define the name?"""
    return name in names_of(line).defines


def _calls_class(source: str) -> bool:
    return (
        any(
            f"datetime.{method}" in source
            for method in ("now", "today", "strptime", "fromisoformat", "utcnow", "combine")
        )
        or "datetime(" in source
    )
