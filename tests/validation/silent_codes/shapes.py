"""Columns that become objects, figures that stay empty, installs that fail."""

from __future__ import annotations

from tests.validation.silent_codes.code import Code

OBJECTS = [
    Code(
        "a number column filled with a word",
        "object_dtype",
        """
        def clean(frame):
            result = frame.copy()
            result["age"] = result["age"].fillna("unknown")
            return result
        """,
        "result = clean(pd.DataFrame({'age': [1.0, None]}))\nassert result['age'][1] == 'unknown'",
    ),
    Code(
        "numbers and texts stacked",
        "object_dtype",
        """
        def stack(parts):
            return pd.concat(parts, ignore_index=True)
        """,
        "parts = [pd.DataFrame({'zip': [1010]}), pd.DataFrame({'zip': ['01067']})]\nassert len(stack(parts)) == 2",
    ),
    Code(
        "days with and without a time zone stacked",
        "object_dtype",
        """
        events = pd.concat([here, there], ignore_index=True)
        """,
        "here = pd.DataFrame({'at': pd.to_datetime(['2024-01-01'])})\n"
        "there = pd.DataFrame({'at': pd.to_datetime(['2024-01-01'], utc=True)})\n"
        "assert len(cell(here=here, there=there)['events']) == 2",
    ),
    Code(
        "a function that answers numbers and words",
        "object_dtype",
        """
        def grade(frame):
            return frame.assign(points=frame["points"].apply(lambda n: n if n > 1 else "failed"))
        """,
        "assert len(grade(pd.DataFrame({'points': [1, 2]}))) == 2",
    ),
    Code(
        "small values hidden by a word",
        "object_dtype",
        """
        def hide(frame):
            return frame.assign(count=frame["count"].where(frame["count"] >= 5, "<5"))
        """,
        "assert len(hide(pd.DataFrame({'count': [1, 20]}))) == 2",
    ),
    Code(
        "numbers become classes",
        None,
        """
        def grade(frame):
            return frame.assign(points=frame["points"].apply(lambda n: "passed" if n > 1 else "failed"))
        """,
        "assert grade(pd.DataFrame({'points': [1, 2]}))['points'].tolist() == ['failed', 'passed']",
    ),
    Code(
        "numbers formatted for people",
        None,
        """
        report = table.copy()
        report["share"] = report["share"].map("{:.1%}".format)
        report
        """,
        "result = cell(table=pd.DataFrame({'share': [0.5, 0.25]}))\nassert result['report']['share'][0] == '50.0%'",
    ),
    Code(
        "blanks for a page, not for a table",
        None,
        """
        def rows(frame):
            return frame.fillna("").to_dict("records")
        """,
        "assert rows(pd.DataFrame({'a': [1.0, None]}))[1] == {'a': ''}",
    ),
    Code(
        "an identifier that is meant to be text",
        None,
        """
        def key(frame):
            return frame.assign(zip=frame["zip"].astype(str).str.zfill(5))
        """,
        "assert key(pd.DataFrame({'zip': [1067]}))['zip'][0] == '01067'",
    ),
]

PLOTS = [
    Code(
        "the axes stay empty because the frame draws on axes of its own",
        "empty_plot",
        """
        import matplotlib.pyplot as plt


        def draw(frame):
            figure, axes = plt.subplots()
            axes.set_title("Sales")
            frame.plot(y="sold")
            return figure
        """,
        "assert draw(pd.DataFrame({'sold': [1, 2]})).axes[0].get_title() == 'Sales'",
    ),
    Code(
        "a filter that leaves nothing to draw",
        "empty_plot",
        """
        import matplotlib.pyplot as plt

        chosen = sales[sales["shop"] == "B"]
        plt.plot(chosen["day"], chosen["sold"])
        plt.title("Shop B")
        """,
        "sales = pd.DataFrame({'day': [1, 2], 'shop': ['b', 'b'], 'sold': [1, 2]})\n"
        "assert len(cell(sales=sales).displayed) >= 1",
    ),
    Code(
        "only missing values drawn and saved",
        "empty_plot",
        """
        import matplotlib.pyplot as plt


        def save(values, path):
            figure, axes = plt.subplots()
            axes.scatter(range(len(values)), values * np.nan)
            figure.savefig(path)
            plt.close(figure)
        """,
        "import io\nout = io.BytesIO()\nsave(np.array([1.0, 2.0]), out)\nassert out.getvalue()",
    ),
    Code(
        "a figure that is saved after it was shown and replaced",
        "empty_plot",
        """
        import io

        import matplotlib.pyplot as plt

        plt.bar(["a", "b"], [1, 2])
        plt.close()
        plt.savefig(io.BytesIO())
        """,
    ),
    Code(
        "a plot with a line",
        None,
        """
        import matplotlib.pyplot as plt


        def draw(values):
            figure, axes = plt.subplots()
            axes.plot(values)
            return figure
        """,
        "assert len(draw([1, 2]).axes[0].lines) == 1",
    ),
    Code(
        "a grid with one place left over",
        None,
        """
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots(2, 2)
        for place, values in zip(axes.flat, ([1, 2], [3, 4], [5, 6])):
            place.hist(values)
        axes.flat[-1].axis("off")
        """,
        "assert cell()['figure'] is not None",
    ),
    Code(
        "a function that makes the axes and one that draws on them",
        None,
        """
        import matplotlib.pyplot as plt


        def prepared(title):
            figure, axes = plt.subplots()
            axes.set_title(title)
            return axes


        def draw(values):
            axes = prepared("Values")
            axes.imshow(values)
            return axes.figure
        """,
        "assert prepared('x').get_title() == 'x'\nassert draw(np.eye(3)).axes",
    ),
    Code(
        "a plot that the tests also ask for without data",
        None,
        """
        import matplotlib.pyplot as plt


        def draw(values):
            figure, axes = plt.subplots()
            axes.plot(values)
            return figure
        """,
        "assert draw([1.0, 2.0]) is not None\nassert draw([]) is not None",
    ),
    Code(
        "areas, contours, words and three dimensions",
        None,
        """
        import matplotlib.pyplot as plt

        plt.figure()
        plt.fill_between([0, 1], [1, 2])
        plt.figure()
        plt.contourf(np.arange(16.0).reshape(4, 4))
        plt.figure()
        plt.text(0.5, 0.5, "no data")
        plt.figure()
        plt.axes(projection="3d").plot([0, 1], [0, 1], [0, 1])
        plt.figure()
        plt.axes(projection="3d").plot_surface(*np.mgrid[0:2, 0:2], np.eye(2))
        """,
        "assert len(cell().displayed) >= 5",
    ),
]

INSTALLS = [
    Code(
        "an install that fails unseen",
        "failed_install",
        "!pip install --retries 0 nowhere-to-be-found\nx = 1\n",
    ),
    Code(
        "an install by a process whose status nobody asks",
        "failed_install",
        """
        import subprocess
        import sys

        subprocess.run([sys.executable, "-m", "pip", "install", "--retries", "0", "nowhere-to-be-found"])
        """,
    ),
    Code(
        "an install that may not fail",
        "failed_install",
        "!pip install -q nowhere-to-be-found --retries 0 || true\nx = 1\n",
    ),
    Code("an install of what is there", None, "!pip install -q pandas\nx = pd.Series([1]).sum()\n"),
    Code("a command that fails and installs nothing", None, "!ls /nowhere\nx = 1\n"),
]
