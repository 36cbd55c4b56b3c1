# SPDX-License-Identifier: Apache-2.0
"""Each gate of scripts/check_structure, on a small tree that is in order and on broken ones.

usage: check_structure_test.py
"""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "check_structure"
sys.dont_write_bytecode = True
sys.path.insert(0, str(SCRIPT.parent / "structure"))
import gates  # noqa: E402

SPDX = "// SPDX-License-Identifier: Apache-2.0\n"


def header(body, includes=""):
    return (f"{SPDX}/// @file\n/// What it is for.\n#pragma once\n\n{includes}\n"
            f"namespace nps::inline v0 {{\n\n{body}\n\n}} // namespace nps::inline v0\n")


FORMULA = """/// Half of x.
///
/// Formula:    x / 2
/// Throws:     invalid_input.
/// Source:     Somebody (1998), doi:10.1000/182
/// Checked:    tests/reference/half.csv
/// Example:    examples/half.cpp
[[nodiscard]] inline double half(double x) {
    return x / 2;
}"""

GOOD = {
    "include/nps/version.hpp": f"{SPDX}/// @file\n/// The version.\n#pragma once\n"
                               "#define NPS_VERSION_MAJOR 1\n#define NPS_VERSION_MINOR 2\n"
                               "#define NPS_VERSION_PATCH 3\n"
                               '#define NPS_VERSION_STRING "1.2.3"\n',
    "vcpkg.json": '{"version": "1.2.3"}\n',
    "include/nps/core/word.hpp": header("/// A word.\nenum class word { yes, no };",
                                        "#include <cstdint>\n"),
    "include/nps/numeric/half.hpp": header(FORMULA, "#include <nps/core/word.hpp>\n"),
    "include/nps/count/detail/table.hpp": header("namespace detail {\nint table();\n}"),
    "include/nps/count/tally.hpp": header(
        "/// Counts.\nclass tally {\npublic:\n    int n() const;\n\nprivate:\n    int n_;\n};",
        "#include <nps/count/detail/table.hpp>\n#include <nps/numeric/half.hpp>\n"),
    "include/nps/core.hpp": f"{SPDX}/// @file\n/// Words.\n#pragma once\n",
    "include/nps/numeric.hpp": f"{SPDX}/// @file\n/// Numbers.\n#pragma once\n",
    "include/nps/count.hpp": f"{SPDX}/// @file\n/// Counts.\n#pragma once\n",
    "include/nps/nps.hpp": f"{SPDX}/// @file\n/// All.\n#pragma once\n\n#include <nps/core.hpp>\n"
                           "#include <nps/count.hpp>\n#include <nps/numeric.hpp>\n",
    "tests/core/word_test.cpp": SPDX,
    "tests/numeric/half_test.cpp": f'{SPDX}const char* table = "half.csv";\n',
    "tests/count/tally_test.cpp": SPDX,
    "tests/reference/half.csv": "# R 4.2.2, script generate/half.R, date 2026-01-01\nx,half\n1,0.5\n",
    "tests/reference/generate/half.R": "# SPDX-License-Identifier: Apache-2.0\n",
    "examples/half.cpp": SPDX,
    "cmake/headers.cmake": "",
    "docs/public_names.txt": "",
}

WORD, HALF, TALLY = ("include/nps/core/word.hpp", "include/nps/numeric/half.hpp",
                     "include/nps/count/tally.hpp")


def include(line):
    return lambda text: text.replace("#pragma once\n", f"#pragma once\n{line}\n")


def swap(old, new):
    def change(text):
        assert old in text, old
        return text.replace(old, new)
    return change


# What is done to a tree in order, and what has to be said about it. None removes the file.
BROKEN = {
    "upward edge": ({WORD: include("#include <nps/numeric/half.hpp>")}, "goes up from core/"),
    "upward edge, quotes": ({WORD: include('#include "nps/numeric/half.hpp"')},
                            "goes up from core/"),
    "upward edge, relative": ({WORD: include('#include "../numeric/half.hpp"')},
                              "goes up from core/"),
    "upward edge, spaces and a comment": (
        {WORD: include("  #  include/* here */<nps/numeric/half.hpp> // why")},
        "goes up from core/"),
    "upward edge, after a comment": (
        {WORD: include("/* a\n b */ # include <nps/numeric/half.hpp>")}, "goes up from core/"),
    "upward edge, two lines": ({WORD: include("#include \\\n<nps/numeric/half.hpp>")},
                               "goes up from core/"),
    "relative form": ({TALLY: include('#include "detail/table.hpp"')}, "[spelling]"),
    "form with dots": ({TALLY: include("#include <nps/count/../count/detail/table.hpp>")},
                       "[spelling]"),
    "form by macro": ({TALLY: include("#include HEADER")}, "[spelling]"),
    "missing header": ({TALLY: include("#include <nps/count/none.hpp>")}, "that is not there"),
    "circle": ({"include/nps/count/detail/table.hpp": include("#include <nps/count/tally.hpp>")},
               "in a circle: nps/count/tally.hpp -> nps/count/detail/table.hpp"),
    "circle of one": ({WORD: include("#include <nps/core/word.hpp>")}, "in a circle"),
    "umbrella inside a floor": ({TALLY: include("#include <nps/core.hpp>")},
                                "includes the umbrella nps/core.hpp"),
    "umbrella of all inside a floor": ({TALLY: include("#include <nps/nps.hpp>")},
                                       "includes the umbrella nps/nps.hpp"),
    "foreign detail": (
        {"include/nps/infer/use.hpp": header("/// A use.\nint use();",
                                             "#include <nps/count/detail/table.hpp>\n")},
        "includes the detail/ of another floor"),
    "Boost.Math": ({HALF: include("#include <boost/math/special_functions/erf.hpp>")},
                   "may not include <boost/math"),
    "Boost beside Boost.Math": (
        {"include/nps/numeric/distributions.hpp": header(
            "/// A tail.\nint tail();", "#include <boost/math/special_functions/erf.hpp>\n"
            "#include <boost/histogram.hpp>\n")},
        "may not include <boost/histogram.hpp>"),
    "Eigen": ({TALLY: include("#include <Eigen/Core>")}, "may not include <Eigen/Core>"),
    "threads": ({TALLY: include("#include <thread>")}, "may not include <thread>"),
    "atomics": ({TALLY: include("#include <atomic>")}, "may not include <atomic>"),
    "iostream": ({TALLY: include("#include <iostream>")}, "may not include <iostream>"),
    "random": ({HALF: include("#include <random>")}, "may not include <random>"),
    "regex": ({HALF: include("#include <regex>")}, "may not include <regex>"),
    "heavy header in core": ({WORD: include("#include <algorithm>")},
                             "may not include <algorithm>"),
    "unknown library": ({TALLY: include("#include <fmt/core.h>")}, "may not include <fmt/core.h>"),
    "switch that is left over": ({TALLY: include("#ifdef PF\n#endif")}, "tests the macro PF"),
    "switch in a condition": (
        {TALLY: include("#if defined(__x86_64__) && DEBUG > 1\n#endif")}, "tests the macro DEBUG"),
    "switch that is off": ({TALLY: include("# ifndef NDEBUG // why\n#endif")},
                           "tests the macro NDEBUG"),
    "switch further down": ({TALLY: include("#if __GNUC__ > 11\n#elif defined FAST\n#endif")},
                            "tests the macro FAST"),
    "new header outside an umbrella": (
        {"include/nps/count/new.hpp": header("/// New.\nint fresh();")},
        "include/nps/count.hpp:1: does not include exactly its floor"),
    "code in an umbrella": ({"include/nps/core.hpp": lambda t: t + "int x;\n"},
                            "holds more than includes"),
    "floor outside the umbrella of all": (
        {"include/nps/nps.hpp": swap("#include <nps/count.hpp>\n", "")},
        "include/nps/nps.hpp:1: does not include exactly"),
    "unknown floor": ({"include/nps/misc/x.hpp": header("/// X.\nint x();")},
                      "there is no floor misc/"),
    "deep folder": ({"include/nps/count/a/x.hpp": header("/// X.\nint x();")},
                    "one level deep"),
    "header beside the floors": ({"include/nps/tools.hpp": header("/// X.\nint x();")},
                                 "belongs in the folder of a floor"),
    "source in include": ({"include/nps/count/x.cpp": SPDX}, "only headers"),
    "long header": ({TALLY: lambda t: t + "\n" * 500}, "is over 500 lines"),
    "no pragma once": ({TALLY: swap("#pragma once\n", "")}, "has no #pragma once"),
    "no file comment": ({TALLY: swap("/// @file\n", "")}, "has no '/// @file' comment"),
    "no namespace": ({TALLY: swap("namespace nps::inline v0 {", "namespace nps {")},
                     "is not in namespace"),
    "using namespace": ({TALLY: swap("/// Counts.", "using namespace std;\n/// Counts.")},
                        "has a using namespace"),
    "function without comment": ({HALF: lambda t: t.replace(
        "} // namespace", "template <class T>\nT twice(T x) {\n    return 2 * x;\n}\n"
        "} // namespace")}, "twice has no doc comment"),
    "class without comment": ({TALLY: swap("/// Counts.\n", "")}, "tally has no doc comment"),
    "enum without comment": ({WORD: swap("/// A word.\n", "")}, "word has no doc comment"),
    "concept without comment": ({WORD: swap(
        "/// A word.", "template <class T>\nconcept wordy = requires(T t) { t.word(); };\n"
        "/// A word.")}, "wordy has no doc comment"),
    "constant without comment": ({WORD: swap(
        "/// A word.", "inline constexpr int most{3};\n/// A word.")}, "most has no doc comment"),
    "alias without comment": ({WORD: swap("/// A word.", "using text = int;\n/// A word.")},
                              "text has no doc comment"),
    "plain comment is not enough": ({TALLY: swap("/// Counts.", "// Counts.")},
                                    "tally has no doc comment"),
    "Formula without Checked": (
        {HALF: swap("/// Checked:    tests/reference/half.csv\n", ""),
         "tests/reference/half.csv": None}, "half has a Formula or a Source but no Checked"),
    "Formula without Example": ({HALF: swap("/// Example:    examples/half.cpp\n", "")},
                                "but no Example"),
    "Checked that is not there": ({"tests/reference/half.csv": None},
                                  "Checked names tests/reference/half.csv, which is not there"),
    "Checked that names nothing": ({HALF: swap("tests/reference/half.csv", "by hand")},
                                   "Checked names no file"),
    "Example that is not there": ({"examples/half.cpp": None}, "Example names examples/half.cpp"),
    "Source without doi": ({HALF: swap(", doi:10.1000/182", "")}, "neither doi, ISBN nor address"),
    "fields out of order": ({HALF: swap(
        "/// Formula:    x / 2\n/// Throws:     invalid_input.\n",
        "/// Throws:     invalid_input.\n/// Formula:    x / 2\n")}, "out of order"),
    "header without test": ({"tests/count/tally_test.cpp": None},
                            "has no test tests/count/tally_test.cpp"),
    "test without header": ({"tests/count/other_test.cpp": SPDX}, "mirrors no header"),
    "table that no test reads": ({"tests/numeric/half_test.cpp": SPDX}, "is read by no test"),
    "table without its tool": ({"tests/reference/half.csv": swap("# R", "R")}, "which tool"),
    "table without its maker": ({"tests/reference/generate/half.R": None}, "names no script of"),
    "header list": ({"cmake/headers.cmake": swap("    include/nps/count/tally.hpp\n", "")},
                    "cmake/headers.cmake:1: is not what the tree holds"),
    "public names": ({"docs/public_names.txt": swap("count/tally.hpp: tally::n\n", "")},
                     "+count/tally.hpp: tally::n"),
    "public name gone": ({"docs/public_names.txt": lambda t: t + "count/tally.hpp: old\n"},
                         "-count/tally.hpp: old"),
    "version in parts": ({"include/nps/version.hpp": swap("PATCH 3", "PATCH 4")},
                         "is not MAJOR.MINOR.PATCH"),
    "version in the manifest": ({"vcpkg.json": swap("1.2.3", "1.2.2")}, "its version is not 1.2.3"),
    "no licence line": ({"tests/core/word_test.cpp": "\n"}, "has no SPDX line"),
    "no licence line in a script": ({"scripts/run": "#!/bin/sh\n"}, "has no SPDX line"),
    "path of one machine": ({"docs/notes.md": "See /" + "home/someone/notes.\n"},
                            "names a path of one machine"),
    "blanks at the end": ({"examples/half.cpp": lambda t: t + "int x; \n"}, "blanks at its end"),
    "carriage returns": ({"docs/notes.md": "one\r\n"}, "has carriage returns"),
    "no newline at the end": ({"examples/half.cpp": lambda t: t + "int x;"},
                              "does not end with a newline"),
    "mark of a merge": ({"docs/notes.md": "<" * 7 + " ours\n"}, "mark of a merge"),
}

ORDERLY = {
    "words in comments and strings": {WORD: swap(
        "/// A word.", '// #include <thread>\n/* #include <nps/nps.hpp>\n */\n'
        '/// A text.\ninline const char* text = "#include <regex> {";\n/// A word.')},
    "switches of the compiler": {TALLY: include(
        "#if defined(__x86_64__) && defined(__GNUC__) // PF\n#elifdef NPS_PLAIN\n#endif")},
    "detail needs no comment": {WORD: swap(
        "/// A word.", "namespace detail {\nint hidden();\n}\n/// A word.")},
    "members outside their class": {TALLY: swap(
        "} // namespace", "inline int tally::n() const {\n    return n_;\n}\n} // namespace")},
    "test across headers": {"tests/count/both_test.cpp": (
        f"{SPDX}#include <nps/count/tally.hpp>\n#include <nps/numeric/half.hpp>\n")},
    "tests named in another header": {
        HALF: swap("tests/reference/half.csv",
                   "tests/reference/half.csv, tests/numeric/both_test.cpp"),
        "tests/numeric/both_test.cpp": SPDX},
}


class CheckStructure(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for name, text in GOOD.items():
            self.write(name, text)
        gates.update(gates.Tree(self.root))

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as out:
            out.write(text)

    def change(self, changes):
        for name, change in changes.items():
            path = self.root / name
            if change is None:
                path.unlink()
            else:
                self.write(name, change if isinstance(change, str) else change(path.read_text()))

    def findings(self):
        return gates.findings(gates.Tree(self.root))

    def test_the_script_itself(self):
        def run(*arguments):
            return subprocess.run([sys.executable, str(SCRIPT), "--root", str(self.root),
                                   *arguments], stdout=subprocess.DEVNULL, check=False).returncode
        self.assertEqual(run(), 0)
        self.write("include/nps/count/new.hpp", header("/// New.\nint fresh();"))
        self.write("tests/count/new_test.cpp", SPDX)
        self.assertEqual(run(), 1)
        self.assertEqual(run("--update"), 0)


def broken(changes, message):
    def test(self):
        self.assertEqual(self.findings(), [])
        self.change(changes)
        self.assertIn(message, "\n".join(self.findings()))
    return test


def orderly(changes):
    def test(self):
        self.change(changes)
        gates.update(gates.Tree(self.root))
        self.assertEqual(self.findings(), [])
    return test


for number, (title, (changes, message)) in enumerate(BROKEN.items()):
    setattr(CheckStructure, f"test_broken_{number:02}_{title}", broken(changes, message))
for title, changes in ORDERLY.items():
    setattr(CheckStructure, f"test_orderly_{title}", orderly(changes))

if __name__ == "__main__":
    unittest.main()
