"""Prints results: medians, ratios to the first interpreter, geometric means."""

import math


def scaled(value, unit):
    """A value with its unit, in about four digits."""
    if value is None:
        return "-"
    if unit == "s":
        for factor, name in ((1, "s"), (1e3, "ms"), (1e6, "us"), (1e9, "ns")):
            if value * factor >= 1 or name == "ns":
                return f"{value * factor:.3g} {name}"
    return f"{value:.4g} {unit}"


def geometric_mean(values):
    """The geometric mean, None of nothing."""
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None


def program_ratios(results, name, base):
    """Each program's ratio: the geometric mean over its benchmarks, so that no program counts more than once."""
    ratios = {}
    for benchmark, program in results.programs.items():
        ours, theirs = results.median(benchmark, name), results.median(benchmark, base)
        if ours and theirs:
            ratios.setdefault(program, []).append(ours / theirs)
    return [geometric_mean(values) for values in ratios.values()]


def print_rows(rows):
    """Prints rows of text as columns, and an empty line."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print(row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:])), sep="  ")
    print()


def show(title, results, interpreters, unit="s"):
    """Prints one table."""
    names = list(interpreters)
    base, others = names[0], names[1:]
    rows = [[title, *names, *(f"{name}/{base}" for name in others)]]
    for benchmark in results.programs:
        medians = {name: results.median(benchmark, name) for name in names}
        row = [benchmark, *(scaled(medians[name], unit) for name in names)]
        for name in others:
            row.append(f"{medians[name] / medians[base]:.2f}" if medians[name] and medians[base] else "-")
        rows.append(row)
    if others:
        means = [geometric_mean(program_ratios(results, name, base)) for name in others]
        rows.append(["geometric mean", *("" for _ in names), *(f"{mean:.3f}" if mean else "-" for mean in means)])
    print_rows(rows)
    for (program, name), reason in results.failures.items():
        print(f"failed: {program} under {name}: {reason}")
