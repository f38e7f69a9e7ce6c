"""Writes the 27 nonlinear regressions of NIST StRD as tables of our own form, NAME.csv here.

Usage: python3 convert.py FOLDER   (FOLDER holds NIST's 27 files, NAME.dat)

Numbers are copied digit by digit, never through a floating-point number. What they are: National
Institute of Standards and Technology, Statistical Reference Datasets, nonlinear least squares
regression, https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml (1997-2003, public domain).
"""

import pathlib
import re
import sys

NAMES = """Bennett5 BoxBOD Chwirut1 Chwirut2 DanWood ENSO Eckerle4 Gauss1 Gauss2 Gauss3 Hahn1 Kirby2
Lanczos1 Lanczos2 Lanczos3 MGH09 MGH10 MGH17 Misra1a Misra1b Misra1c Misra1d Nelson Rat42 Rat43
Roszman1 Thurber""".split()
NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([Ee][-+]?\d+)?$")


def numbers(words):
    return [word for word in words if NUMBER.match(word)]


def table(name, text):
    lines = text.splitlines()
    heads = [i for i, line in enumerate(lines) if line.startswith("Data:")]
    observations = next(int(line.split()[-1]) for line in lines
                        if line.startswith("Number of Observations"))
    squares = next(line.split()[-1] for line in lines
                   if line.startswith("Residual Sum of Squares"))
    parameters = []
    for line in lines:
        words = line.split()
        if len(words) == 6 and re.match(r"b\d+$", words[0]) and words[1] == "=":
            assert words[0] == f"b{len(parameters) + 1}" and len(numbers(words[2:])) == 4, line
            parameters.append(",".join([words[0], *words[2:]]))
    rows = [numbers(line.split()) for line in lines[heads[-1] + 1:] if line.strip()]
    assert len(rows) == observations and len({len(row) for row in rows}) == 1, name
    predictors = len(rows[0]) - 1
    header = ",".join(["y"] + (["x"] if predictors == 1 else [f"x{k + 1}" for k in range(predictors)]))
    return "\n".join([
        f"# {name}: NIST Statistical Reference Datasets, nonlinear regression, "
        "https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml (1997-2003)",
        "parameter,start 1,start 2,certified,standard deviation", *parameters,
        f"residual sum of squares,{squares}", header, *(",".join(row) for row in rows), ""])


if __name__ == "__main__":
    source = pathlib.Path(sys.argv[1])
    for name in NAMES:
        text = (source / f"{name}.dat").read_text()
        (pathlib.Path(__file__).parent / f"{name}.csv").write_text(table(name, text))
