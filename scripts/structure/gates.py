# SPDX-License-Identifier: Apache-2.0
"""The rules of the house. Each gate yields (file, line, message) for what breaks it."""
import json
import os
import re
import subprocess
from pathlib import Path

from cpp import Source

FLOORS = ["core", "numeric", "count", "infer", "resample", "survey", "model", "monitor",
          "loyalty", "report"]
LONGEST_HEADER = 500

LIGHT = set("""array bit cerrno charconv cfloat cmath compare concepts cstddef cstdint cstring
    initializer_list limits optional span stdexcept string string_view tuple type_traits utility
    version""".split())
STANDARD = LIGHT | set("""algorithm any atomic barrier bitset cassert cctype cfenv chrono
    cinttypes climits clocale codecvt complex condition_variable coroutine csetjmp csignal cstdarg
    cstdio cstdlib ctime cuchar cwchar cwctype deque exception execution filesystem format
    forward_list fstream functional future iomanip ios iosfwd iostream istream iterator latch list
    locale map memory memory_resource mutex new numbers numeric ostream queue random ranges ratio
    regex scoped_allocator semaphore set shared_mutex source_location sstream stack stop_token
    streambuf syncstream system_error thread typeindex typeinfo unordered_map unordered_set
    valarray variant vector""".split())
FORBIDDEN = set("format fstream iomanip ios iostream istream ostream random regex sstream "
                "streambuf syncstream".split())
THREADS = set("atomic barrier condition_variable future latch mutex semaphore shared_mutex "
              "stop_token thread".split())
MACROS = {"__cplusplus", "__x86_64__", "__GNUC__", "__FAST_MATH__", "__FINITE_MATH_ONLY__"}
COMPILER = {"immintrin.h", "cpuid.h", "arm_neon.h"}

LABELS = ["Formula", "Scale", "Assumes", "Not for", "Degenerate", "Throws", "Cost", "Source",
          "Checked", "Example"]
LABEL = re.compile(r"^ ?(%s):(?: |$)" % "|".join(LABELS))

FOREIGN_PATH = re.compile(r"(?<![\w.:/-])/(?:home|root|work|farm|Users|tmp|mnt)/(?=[\w.])")
TEXT_ENDINGS = {".hpp", ".cpp", ".h", ".py", ".R", ".cmake", ".md", ".txt", ".json", ".csv", ".in",
                ".sh", ".yml", ".yaml", ""}
SPDX_ENDINGS = {".hpp", ".cpp", ".py", ".R", ".cmake", ".sh"}


class Tree:
    """The files of a repository, each read once."""

    def __init__(self, root):
        self.root = Path(root)
        self.files = self._list()
        self.text = {}
        for name in self.files:
            if Path(name).suffix in TEXT_ENDINGS:
                try:
                    self.text[name] = (self.root / name).read_bytes().decode("utf-8")
                except UnicodeDecodeError:
                    pass  # a fuzz corpus, a picture
        self.headers = {name: Source(text) for name, text in self.text.items()
                        if name.startswith("include/nps/") and name.endswith(".hpp")}

    def _list(self):
        """What git knows or would take; without git, all but build output."""
        if (self.root / ".git").exists():
            out = subprocess.run(["git", "-C", str(self.root), "ls-files", "-z", "--cached",
                                  "--others", "--exclude-standard"],
                                 stdout=subprocess.PIPE, check=False)
            if out.returncode == 0:
                names = out.stdout.decode().split("\0")
                return sorted({n for n in names if n and (self.root / n).is_file()})
        names = []
        for folder, folders, files in os.walk(self.root):
            folders[:] = [f for f in folders if f not in (".git", "build", "__pycache__")]
            names += [str((Path(folder) / f).relative_to(self.root)) for f in files]
        return sorted(names)

    def exists(self, name):
        return (self.root / name).exists()


def place(header):
    """(floor, internal) of include/nps/...; the floor of an umbrella is None."""
    parts = header.split("/")[2:]
    return (parts[0] if len(parts) > 1 else None), "detail" in parts[:-1]


def floor_headers(tree, floor):
    return [h for h in tree.headers if place(h) == (floor, False)]


def is_umbrella(header):
    return place(header)[0] is None and header != "include/nps/version.hpp"


def nps_includes(tree, header):
    """[(line, path in the repository or None)] of the includes that mean this library."""
    found = []
    for line, target in tree.headers[header].includes:
        name = target.strip('<>"')
        beside = os.path.normpath(os.path.join(os.path.dirname(header), name))
        if target.startswith('"') and beside in tree.headers:
            found.append((line, beside))
        elif os.path.normpath(name).startswith("nps/") or target.startswith('"'):
            path = os.path.normpath("include/" + name)
            found.append((line, path if path in tree.headers else None))
    return found


def places(tree):
    """Headers lie in the folder of a floor, or in its detail/."""
    for header in tree.headers:
        parts = header.split("/")[2:]
        if len(parts) == 1:
            if parts[0] not in {f + ".hpp" for f in FLOORS} | {"nps.hpp", "version.hpp"}:
                yield header, 1, "belongs in the folder of a floor"
        elif parts[0] not in FLOORS:
            yield header, 1, f"there is no floor {parts[0]}/"
        elif len(parts) > 3 or (len(parts) == 3 and parts[1] != "detail"):
            yield header, 1, "folders are one level deep, plus detail/"
    for name in tree.files:
        if name.startswith("include/") and name not in tree.headers:
            yield name, 1, "only headers nps/**/*.hpp belong in include/"


def edges(tree):
    """An include stays on its floor or goes down, and reaches no other floor's detail/."""
    for header in tree.headers:
        floor, _ = place(header)
        for line, target in nps_includes(tree, header):
            if target is None:
                yield header, line, "includes a header that is not there"
            elif is_umbrella(header) or target == "include/nps/version.hpp":
                continue
            elif is_umbrella(target):
                yield header, line, f"includes the umbrella {target[8:]}"
            elif floor not in FLOORS or place(target)[0] not in FLOORS:
                continue  # the gate of places says so
            elif FLOORS.index(place(target)[0]) > FLOORS.index(floor):
                yield header, line, f"goes up from {floor}/ to {target[8:]}"
            elif place(target)[1] and place(target)[0] != floor:
                yield header, line, f"includes the detail/ of another floor, {target[8:]}"


def spelling(tree):
    """One form of include: <nps/floor/name.hpp>."""
    for header in tree.headers:
        for line, target in tree.headers[header].includes:
            if not re.fullmatch(r"<[\w./]+>", target) or ".." in target or "//" in target:
                yield header, line, f"write #include {target} as <...> with the whole path"


def circles(tree):
    """No header reaches itself."""
    state = {}

    def visit(header, path):
        state[header] = "open"
        for line, target in nps_includes(tree, header):
            if target is None:
                continue
            if state.get(target) == "open":
                circle = path[path.index(target):] + [target] if target in path else [target]
                yield header, line, "includes in a circle: " + " -> ".join(c[8:] for c in circle)
            elif target not in state:
                yield from visit(target, path + [target])
        state[header] = "done"

    for header in tree.headers:
        if header not in state:
            yield from visit(header, [header])


def foreign(tree):
    """Other libraries and heavy standard headers only where the table of the house has them."""
    for header in tree.headers:
        floor, _ = place(header)
        name = header[len("include/nps/"):]
        for line, target in tree.headers[header].includes:
            included = target.strip('<>"')
            if included.startswith(("nps/", ".")) or target.startswith('"'):
                continue
            if included.startswith("boost/"):
                ok = name == "numeric/distributions.hpp" and included.startswith("boost/math/")
            elif included.startswith(("Eigen/", "unsupported/Eigen/", "eigen3/")):
                ok = floor in ("survey", "model") or name == "count/cross_products.hpp"
            elif included in THREADS:
                ok = name == "numeric/parallel.hpp"
            elif included in FORBIDDEN:
                ok = floor == "report" and included not in ("random", "regex")
            elif floor == "core":
                ok = included in LIGHT
            else:
                ok = included in STANDARD or included in COMPILER
            if not ok:
                yield header, line, f"may not include <{included}>"


def switches(tree):
    """What compiles depends on the compiler, the processor and NPS_ names, on no chance macro."""
    for header, source in tree.headers.items():
        for line, condition in source.conditions:
            for word in re.findall(r"\b[A-Za-z_]\w*", condition):
                if word not in MACROS | {"defined"} and not word.startswith("NPS_"):
                    yield header, line, f"tests the macro {word}"


def umbrella_headers(tree, floor):
    """What an umbrella includes: its floor. The cross-products are counted, but need Eigen: they come
    with the floor that reads them, so that a user who counts does not pay for it."""
    cross = [h for h in floor_headers(tree, "count")
             if any("cross_products.hpp" in t[1] or t[1].startswith("<Eigen/")
                    for t in tree.headers[h].includes)]
    if floor == "count":
        return [h for h in floor_headers(tree, floor) if h not in cross]
    return floor_headers(tree, floor) + (cross if floor == "model" else [])


def umbrellas(tree):
    """An umbrella includes all of its floor and nothing else; nps.hpp includes the umbrellas."""
    floors = [f for f in FLOORS if floor_headers(tree, f)]
    wanted = {f"include/nps/{f}.hpp": umbrella_headers(tree, f) for f in floors}
    wanted["include/nps/nps.hpp"] = [f"include/nps/{f}.hpp" for f in floors]
    for umbrella, headers in wanted.items():
        if umbrella not in tree.headers:
            yield umbrella, 1, "is missing"
            continue
        source = tree.headers[umbrella]
        if sorted(t for _, t in source.includes) != sorted(f"<{h[8:]}>" for h in headers):
            yield umbrella, 1, "does not include exactly its floor (scripts/check_structure --update)"
        if source.tokens and any(t.kind != "doc" for t in source.tokens):
            yield umbrella, 1, "holds more than includes"


def form(tree):
    """What each header begins with, and how long it is."""
    for header, source in tree.headers.items():
        text = tree.text[header]
        if text.count("\n") > LONGEST_HEADER:
            yield header, LONGEST_HEADER + 1, f"is over {LONGEST_HEADER} lines"
        if "\n#pragma once\n" not in text:
            yield header, 1, "has no #pragma once"
        if not source.file_doc:
            yield header, 1, "has no '/// @file' comment that says what it is for"
        if (not is_umbrella(header) and header != "include/nps/version.hpp"
                and "\nnamespace nps::inline v0" not in text):
            yield header, 1, "is not in namespace nps::inline v0"
        for match in re.finditer(r"^\s*using namespace", text, re.M):
            yield header, text.count("\n", 0, match.end()) + 1, "has a using namespace"


def fields(doc):
    """{label: its text} in the order of the comment."""
    result, label = {}, None
    for line in doc.split("\n"):
        match = LABEL.match(line)
        if match:
            label = match.group(1)
            result[label] = line[match.end():]
        elif not line.strip():
            label = None
        elif label:
            result[label] += "\n" + line
    return result


def comments(tree):
    """Each public name has a doc comment, whose fields are in order and name what exists."""
    for header, source in tree.headers.items():
        docs = [("@file comment", 1, source.file_doc, True)]
        docs += [(d.name, d.line, d.doc, d.internal or place(header)[1])
                 for d in source.declarations]
        for name, line, doc, internal in docs:
            if not internal and not doc.strip():
                yield header, line, f"{name} has no doc comment"
            present = fields(doc)
            order = [LABELS.index(label) for label in present]
            if order != sorted(order):
                yield header, line, f"{name}: the fields are out of order: {', '.join(present)}"
            if not internal and ({"Formula", "Source"} & present.keys()):
                for label in ("Checked", "Example"):
                    if label not in present:
                        yield header, line, f"{name} has a Formula or a Source but no {label}"
            if "Source" in present and not re.search(
                    r"doi:10\.\d+/|ISBN[ :]?[\d-]{10,}|https?://", present["Source"]):
                yield header, line, f"{name}: Source has neither doi, ISBN nor address"
            for label, folder in (("Checked", "tests"), ("Example", "examples")):
                if label not in present:
                    continue
                paths = re.findall(rf"\b{folder}/[\w./-]*\w", present[label])
                if not paths:
                    yield header, line, f"{name}: {label} names no file of {folder}/"
                for path in paths:
                    if not tree.exists(path):
                        yield header, line, f"{name}: {label} names {path}, which is not there"


def checked_files(source):
    docs = [source.file_doc] + [d.doc for d in source.declarations]
    return {path for doc in docs
            for path in re.findall(r"\btests/[\w./-]*\w", fields(doc).get("Checked", ""))}


def mirror(tree):
    """Each header has a test, each test a header, each reference table a reader and a maker."""
    tests = {n for n in tree.files if re.fullmatch(r"tests/\w+/\w+_test\.cpp", n)}
    readers = "".join(text for name, text in tree.text.items()
                      if name.startswith("tests/") and name.endswith((".cpp", ".hpp")))
    named = set()
    for header, source in tree.headers.items():
        floor, internal = place(header)
        checked = checked_files(source)
        named |= checked
        if floor is None or internal:
            continue
        own = f"tests/{floor}/{Path(header).stem}_test.cpp"
        named.add(own)
        if own not in tests and not checked & tests and any(
                not d.internal for d in source.declarations):
            yield header, 1, f"has no test {own}, and no Checked field names another"
    for test in sorted(tests):
        floor, stem = test.split("/")[1], Path(test).stem[:-len("_test")]
        # A test that crosses headers shows it by what it includes.
        crosses = len(set(re.findall(r"#include <(nps/\w+/\w+\.hpp)>", tree.text[test]))) > 1
        if floor in FLOORS and test not in named and not crosses \
                and f"include/nps/{floor}/detail/{stem}.hpp" not in tree.headers:
            yield test, 1, "mirrors no header, and no Checked field names it"
    for name in tree.files:
        if re.fullmatch(r"tests/reference/\w+\.csv", name):
            if f'"{Path(name).name}"' not in readers:
                yield name, 1, "is read by no test"
            first = tree.text[name].split("\n")[0]
            maker = re.search(r"generate/[\w.-]+\w", first)
            if not first.startswith("# "):
                yield name, 1, "does not say in its first line which tool made it"
            elif not maker or not tree.exists("tests/reference/" + maker.group()):
                yield name, 1, "names no script of tests/reference/generate/ in its first line"


def header_list(tree):
    names = "".join(f"    {h}\n" for h in sorted(tree.headers))
    return ("# SPDX-License-Identifier: Apache-2.0\n"
            "# Every header; scripts/check_structure --update writes it.\n"
            f"set(NPS_HEADERS\n{names})\n")


def public_names(tree):
    """One line for each public name: where it is, and what it is called."""
    internal_types = {d.name: d for s in tree.headers.values() for d in s.declarations
                      if d.internal and d.kind == "type"}
    lines = set()
    for header, source in tree.headers.items():
        if place(header)[1]:
            continue
        for d in source.declarations:
            if d.internal:
                continue
            members = list(d.members)
            if "detail" in d.bases:
                for base in d.bases:
                    if base in internal_types:
                        members += internal_types[base].members
            where = header[len("include/nps/"):]
            lines.add(f"{where}: {d.name}")
            lines.update(f"{where}: {d.name}::{m}" for m in members)
    return "".join(line + "\n" for line in sorted(lines))


def lists(tree):
    """The committed lists say what the tree holds."""
    for name, wanted in (("cmake/headers.cmake", header_list(tree)),
                         ("docs/public_names.txt", public_names(tree))):
        found = tree.text.get(name, "")
        if found != wanted:
            old, new = set(found.split("\n")), set(wanted.split("\n"))
            change = [f"+{n.strip()}" for n in sorted(new - old)]
            change += [f"-{n.strip()}" for n in sorted(old - new)]
            yield name, 1, ("is not what the tree holds (scripts/check_structure --update): "
                            + " ".join(change[:6]) + (" ..." if len(change) > 6 else ""))


def version(tree):
    """One version: the parts, the whole, and the manifest say the same."""
    name = "include/nps/version.hpp"
    text = tree.text.get(name, "")
    parts = [re.search(rf"#define NPS_VERSION_{p} (\d+)\n", text)
             for p in ("MAJOR", "MINOR", "PATCH")]
    whole = re.search(r'#define NPS_VERSION_STRING "([^"]*)"', text)
    if not whole or not all(parts) or whole.group(1) != ".".join(p.group(1) for p in parts):
        yield name, 1, "NPS_VERSION_STRING is not MAJOR.MINOR.PATCH"
    elif json.loads(tree.text.get("vcpkg.json", "{}")).get("version") != whole.group(1):
        yield "vcpkg.json", 1, f"its version is not {whole.group(1)}"


def texts(tree):
    """Licence lines, and nothing that belongs to one machine."""
    for name, text in tree.text.items():
        lines = text.split("\n")
        is_source = (Path(name).suffix in SPDX_ENDINGS or Path(name).name == "CMakeLists.txt"
                     or text.startswith("#!"))
        if is_source and "SPDX-License-Identifier: Apache-2.0" not in "".join(lines[:2]):
            yield name, 1, "has no SPDX line"
        if "\r" in text and not name.startswith("tests/"):
            yield name, 1, "has carriage returns"
        if text and not text.endswith("\n") and Path(name).suffix in SPDX_ENDINGS:
            yield name, len(lines), "does not end with a newline"
        for number, line in enumerate(lines, 1):
            if FOREIGN_PATH.search(line):
                yield name, number, "names a path of one machine"
            if line != line.rstrip() and Path(name).suffix in SPDX_ENDINGS:
                yield name, number, "has blanks at its end"
            if re.match(r"(<<<<<<<|>>>>>>>) ", line):
                yield name, number, "has a mark of a merge"


ALL = [places, spelling, edges, circles, foreign, switches, umbrellas, form, comments, mirror, lists, version,
       texts]


def findings(tree):
    """All that breaks a rule, a line of text each."""
    return [f"{name}:{line}: {message} [{gate.__name__}]"
            for gate in ALL for name, line, message in gate(tree)]


def update(tree):
    """Writes the lists and the umbrellas anew."""
    for floor in [f for f in FLOORS if floor_headers(tree, f)]:
        umbrella = tree.root / f"include/nps/{floor}.hpp"
        head = umbrella.read_text().split("#pragma once\n")[0]
        includes = "".join(f"#include <{h[8:]}>\n" for h in sorted(umbrella_headers(tree, floor)))
        umbrella.write_text(f"{head}#pragma once\n\n{includes}")
    (tree.root / "cmake/headers.cmake").write_text(header_list(tree))
    (tree.root / "docs/public_names.txt").write_text(public_names(tree))
