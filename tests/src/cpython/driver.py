"""Runs one of CPython's test files and reports every method as soon as it is done.

Usage: driver.py TESTS_PARENT MODULE REPORT [list | run DONE]

TESTS_PARENT is a directory that holds CPython's `test` package, MODULE a name such as `test_int`. REPORT is a file to
which lines of tab-separated fields are appended:

    list NAME                 the file has this method
    start NAME                the method starts
    pass | fail | error | skip NAME MESSAGE
    broken MESSAGE            the file cannot be imported, or running it failed outside of its methods
    end                       everything was run

`list` writes the names alone. `run` leaves out the names in the file DONE.
"""

import sys


class Report:
    """The report file; every line is on disk when `line` returns."""

    def __init__(self, path):
        self.file = open(path, "a", encoding="utf-8", errors="backslashreplace")

    def line(self, *fields):
        text = "\t".join(" ".join(str(field).split()) for field in fields)
        self.file.write(text + "\n")
        self.file.flush()


def describe(error):
    """The type and message of an exception on one short line."""
    try:
        text = f"{type(error).__name__}: {error}"
    except Exception:
        text = type(error).__name__
    return text[:300]


def flatten(suite):
    """The test cases of a suite, in order."""
    cases = []
    for item in suite:
        if hasattr(item, "__iter__"):
            cases.extend(flatten(item))
        else:
            cases.append(item)
    return cases


def name_cases(cases):
    """Gives every case a name that is unique in its file and the same in every run."""
    seen = {}
    for case in cases:
        name = case.id()
        if name.startswith("test."):
            name = name[len("test."):]
        seen[name] = seen.get(name, 0) + 1
        case.pystm_name = name if seen[name] == 1 else f"{name}#{seen[name]}"
    return cases


def stand_in(module):
    """Puts stand-ins for C modules of CPython's test build in place, where a file needs one as a whole for the sake of a
    few methods. An interpreter that has the real module keeps it."""
    import importlib
    import operator
    import types

    def object_hasattrstring(value, name):
        return int(hasattr(value, name.decode()))

    limited = {
        "object_hasattrstring": object_hasattrstring,
        "sequence_delitem": operator.delitem,
        "sequence_getitem": operator.getitem,
        "sequence_setitem": operator.setitem,
    }
    needed = {
        "test_bytes": {"_testlimitedcapi": limited},
        "test_class": {"_testlimitedcapi": limited, "_testinternalcapi": {"has_inline_values": lambda value: False}},
        "test_types": {"_datetime": {}},
    }
    for name, contents in needed.get(module, {}).items():
        try:
            importlib.import_module(name)
        except ImportError:
            sys.modules[name] = types.ModuleType(name)
            vars(sys.modules[name]).update(contents)


def load(module):
    """The cases of a module of the `test` package."""
    import importlib
    import unittest

    stand_in(module)
    loaded = importlib.import_module("test." + module)
    loader = unittest.defaultTestLoader
    return name_cases(flatten(loader.loadTestsFromModule(loaded)))


def make_result(report, cases):
    """A unittest result that writes to the report."""
    import unittest

    class Result(unittest.TestResult):
        def startTest(self, test):
            super().startTest(test)
            self.verdict = ("pass", "")
            report.line("start", test.pystm_name)

        def stopTest(self, test):
            super().stopTest(test)
            report.line(self.verdict[0], test.pystm_name, self.verdict[1])

        def settle(self, test, verdict, message):
            test = getattr(test, "test_case", test)
            if hasattr(test, "pystm_name"):
                if self.verdict[0] in ("pass", "skip"):
                    self.verdict = (verdict, message)
            else:
                self.settle_fixture(test, verdict, message)

        def settle_fixture(self, test, verdict, message):
            # A class's or module's fixture failed or skipped: so did the methods that it was for.
            kind, _, owner = test.description.partition(" ")
            owner = owner.strip("()")
            for case in cases:
                full = f"{type(case).__module__}.{type(case).__qualname__}"
                if full == owner or type(case).__module__ == owner:
                    if kind.startswith("setUp"):
                        report.line(verdict, case.pystm_name, message)

        def addError(self, test, err):
            self.settle(test, "error", describe(err[1]))

        def addFailure(self, test, err):
            self.settle(test, "fail", describe(err[1]))

        def addSkip(self, test, reason):
            self.settle(test, "skip", reason)

        def addSubTest(self, test, subtest, err):
            if err is not None:
                verdict = "fail" if issubclass(err[0], test.failureException) else "error"
                self.settle(test, verdict, describe(err[1]))

        def addExpectedFailure(self, test, err):
            pass

        def addUnexpectedSuccess(self, test):
            self.settle(test, "fail", "unexpected success")

    return Result()


def quiet_support():
    """Sets `test.support` up as CPython's own runner does by default: no optional resources."""
    try:
        from test import support
        support.use_resources = {}
        support.verbose = 0
    except BaseException:
        # A test file that needs test.support will say what is wrong with it.
        pass


def run(report, module, done):
    """Runs the cases of a module whose names are not in `done`."""
    import unittest

    cases = [case for case in load(module) if case.pystm_name not in done]
    unittest.TestSuite(cases).run(make_result(report, cases))


def main():
    parent, module, path, mode = sys.argv[1:5]
    sys.path[0] = parent
    report = Report(path)
    try:
        quiet_support()
        if mode == "list":
            for case in load(module):
                report.line("list", case.pystm_name)
        else:
            with open(sys.argv[5], encoding="utf-8") as file:
                done = set(file.read().split("\n"))
            # Test files may look at the command line.
            del sys.argv[1:]
            run(report, module, done)
    except BaseException as error:
        report.line("broken", describe(error))
    report.line("end")


if __name__ == "__main__":
    main()
