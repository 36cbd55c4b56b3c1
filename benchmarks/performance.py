# SPDX-License-Identifier: Apache-2.0
"""usage: performance.py BENCHMARK_FOLDER OUTPUT.md [--no-peers] [--only=SECTION]

Runs the benchmarks of one Release build and, beside them, other people's tools on the same work, and
writes the page of ratios; with --only, prints that section and writes nothing. Called by
scripts/benchmark.
"""
import datetime
import json
import pathlib
import platform
import shutil
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
REPETITIONS = 7


def run_benchmarks(program, **options):
    """The median time of each benchmark, in seconds, by name; and what the run says of the machine."""
    command = [str(program), "--benchmark_format=json", f"--benchmark_repetitions={REPETITIONS}",
               "--benchmark_enable_random_interleaving=true"]
    command += [f"--benchmark_{name}={value}" for name, value in options.items()]
    print("running", program.name, flush=True)
    result = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    unit = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
    runs = {}
    for one in result["benchmarks"]:
        if one.get("error_occurred"):
            continue
        if one.get("aggregate_name") == "median":
            runs[one["run_name"].removesuffix("/real_time")] = dict(
                one, seconds=one["real_time"] * unit[one["time_unit"]])
    return runs, result["context"]


def run_peer(command):
    """Tab-separated lines of a peer's script, or none where the peer is not installed."""
    if not shutil.which(command[0]):
        print("no", command[0], flush=True)
        return []
    print("running", *command[1:], flush=True)
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        print("failed:", done.stderr.strip().splitlines()[-1:], flush=True)
        return []
    return [line.split("\t") for line in done.stdout.splitlines()]


def seconds(value):
    for unit, scale in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= scale:
            return f"{value / scale:.3g} {unit}"
    return f"{value / 1e-9:.3g} ns"


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


class Page:
    def __init__(self):
        self.text = []

    def add(self, text=""):
        self.text.append(text)

    def table(self, header, rows):
        self.add("| " + " | ".join(header) + " |")
        self.add("|" + "---|" * len(header))
        for row in rows:
            self.add("| " + " | ".join(row) + " |")
        self.add()


def power(n):
    exponent = len(str(n)) - 1
    return f"10^{exponent}" if n == 10 ** exponent else f"{n:,}"


def counting(page, build, peers):
    runs, context = run_benchmarks(build / "nps_count_benchmark", min_time=0.05)
    n = 100_000_000

    def at(name, size=n):
        return runs[f"{name}/{size}"]["seconds"]

    fastest = "nps_count_scores<std::uint8_t>"
    ours = at(fastest)
    others = [
        ("sum of the same bytes (the limit of memory)", at("memory_sum")),
        ("one table, `++count[x]`", at("one_table<std::uint8_t>")),
        ("Boost.Histogram, dense storage, fill", at("boost_fill<std::uint8_t>")),
        ("Boost.Histogram, dense storage, a call a score", at("boost_call<std::uint8_t>")),
    ] + [(tool, float(time)) for _, tool, _, time in peers]
    page.add("## Counting scores: 10^8 bytes, one thread")
    page.add()
    page.add(f"`count_scores` takes {seconds(ours)}: {number(n / ours / 1e9)} billion scores a second.")
    page.add()
    page.table(["who", "time", "times nps"],
               [[who, seconds(time), number(time / ours)] for who, time in others])
    page.add("Each instruction path, chosen at run time; all give the same counts:")
    page.add()
    rows = []
    for path in ("plain", "avx2", "avx512"):
        name = f"nps_path<std::uint8_t, instruction_set::{path}>/{n}"
        wide = f"nps_path<double, instruction_set::{path}>/{n // 10}"
        if name in runs:
            rows.append([path, number(n / runs[name]["seconds"] / 1e9),
                         number(n / 10 / runs[wide]["seconds"] / 1e9)])
    page.table(["path", "bytes: 10^9 scores/s", "float64: 10^9 scores/s"], rows)
    page.add("float64 input, 10^7 scores:")
    page.add()
    best = min(runs[name]["seconds"] for name in runs if name.startswith("nps_path<double,"))
    page.table(["who", "time", "times nps"],
               [[who, seconds(at(name, n // 10)), number(at(name, n // 10) / best)] for who, name in (
                   ("sum of the same doubles (the limit of memory)", "memory_sum_of<double>"),
                   ("one table", "one_table<double>"),
                   ("Boost.Histogram, fill", "boost_fill<double>"),
                   ("Boost.Histogram, a call a score", "boost_call<double>"))])
    page.add("Growth with n:")
    page.add()
    page.table(["n", "nps", "a score", "sum of the bytes"],
               [[power(size), seconds(at(fastest, size)), seconds(at(fastest, size) / size),
                 seconds(at("memory_sum", size))] for size in (10 ** k for k in range(4, 9))])
    page.add("Growth with n, float64; where the numbers do not fit into the caches, memory is the limit:")
    page.add()
    wide = "nps_count_scores<double>"
    page.table(["n", "nps", "a score", "Boost.Histogram, fill", "times nps"],
               [[power(size), seconds(at(wide, size)), seconds(at(wide, size) / size),
                 seconds(at("boost_fill<double>", size)),
                 number(at("boost_fill<double>", size) / at(wide, size))]
                for size in (10 ** k for k in range(4, 8))])
    page.add("Other inputs: 10^8 bytes with one in twenty a missing code "
             f"{seconds(at('nps_missing_codes'))}; on two threads {seconds(at('nps_two_threads'))}. "
             "10^6 responses into 1,000 groups: keyed by text "
             f"{seconds(at('grouped_by_text', 10 ** 6))}, by number "
             f"{seconds(at('grouped_by_number', 10 ** 6))}; a `std::map` of arrays takes "
             f"{seconds(at('grouped_in_std_map', 10 ** 6))}.")
    page.add()
    return context


def ideal(page, build):
    runs, _ = run_benchmarks(build / "nps_ideal_bootstrap_benchmark", min_time=0.02)
    page.add("## Ideal bootstrap: infinitely many replicates")
    page.add()
    page.add("Time of a whole call, one thread. Direct convolution is the other exact way. The error is the largest "
             "difference of the two distribution functions.")
    page.add()
    rows = []
    for n in (10, 100, 1000, 10_000, 10 ** 6, 10 ** 8, 10 ** 10, 10 ** 12):
        direct = runs.get(f"direct_percentile/{n}")
        one = runs[f"ideal/percentile/{n}"]
        rows.append([power(n), seconds(one["seconds"]), seconds(runs[f"ideal/bca/{n}"]["seconds"]),
                     seconds(direct["seconds"]) if direct else "",
                     f"{one['max_error']:.0e}" if "max_error" in one else ""])
    page.table(["n", "percentile", "bca", "direct convolution", "error"], rows)


def bootstrap(page, build, peers):
    runs, _ = run_benchmarks(build / "nps_bootstrap_benchmark", min_time=0.05)
    textbook = "the textbook loop (mt19937, one index a respondent)"

    def replicate(name, replicates):
        return runs[name]["seconds"] / replicates

    page.add("## Bootstrap of a score")
    page.add()
    n = 10 ** 6
    ours = replicate(f"score_nps/n:{n}/threads:1", 10_000)
    page.add(f"n = 10^6, B = 10,000, one thread. `score_bootstrap` takes {seconds(ours)} a replicate, "
             f"{seconds(10_000 * ours)} in all.")
    page.add()
    others = [(textbook, runs[f"score_textbook/n:{n}"]["seconds"])]
    others += [(tool, float(time)) for _, tool, _, _, time in peers]
    page.table(["who", "a replicate", "10,000 replicates", "times nps"],
               [[who, seconds(time), seconds(10_000 * time), number(time / ours)] for who, time in others])
    page.add("Growth with n, a replicate:")
    page.add()
    rows = []
    for size in (10 ** 3, 10 ** 4, 10 ** 5, 10 ** 6, 10 ** 12):
        loop = runs.get(f"score_textbook/n:{size}")
        one = replicate(f"score_nps/n:{size}/threads:1", 10_000)
        two = replicate(f"score_nps/n:{size}/threads:2", 10_000)
        rows.append([power(size), seconds(one), seconds(two), seconds(loop["seconds"]) if loop else "",
                     number(loop["seconds"] / one) if loop else ""])
    page.table(["n", "nps", "nps, 2 threads", "textbook loop", "times nps"], rows)
    page.add("## Bootstrap of any statistic: the mean of rows")
    page.add()
    page.add("`bootstrap` with a callable that adds up the drawn rows, beside the textbook loop; a replicate.")
    page.add()
    rows = []
    for kind in ("bytes", "doubles"):
        for size in (10 ** 3, 10 ** 4, 10 ** 5, 10 ** 6):
            loop = runs[f"mean_textbook/{kind}/n:{size}"]["seconds"]
            one, two = (replicate(f"mean_nps/{kind}/n:{size}/threads:{threads}", 50_000_000 // size)
                        for threads in (1, 2))
            rows.append([kind, power(size), seconds(loop), seconds(one), number(loop / one), seconds(two),
                         number(one / two)])
    page.table(["rows", "n", "textbook loop", "nps", "times nps", "nps, 2 threads", "1 over 2 threads"], rows)
    page.add("Draws:")
    page.add()
    rows = []
    for size in (20, 100, 1000, 10 ** 6, 10 ** 12):
        theirs = runs.get(f"binomial_of_std/n:{size}")
        rows.append([f"binomial, p = 0.3, n = {power(size)}", seconds(runs[f"binomial/n:{size}"]["seconds"]),
                     seconds(theirs["seconds"]) if theirs else ""])
    for size in (30, 200, 10 ** 4, 10 ** 6, 10 ** 9):
        rows.append([f"hypergeometric, half of {power(size)}, a third marked",
                     seconds(runs[f"hypergeometric/n:{size}"]["seconds"]), ""])
    page.table(["draw", "nps", "std::binomial_distribution"], rows)


def permutation(page, build, peers):
    runs, _ = run_benchmarks(build / "nps_permutation_benchmark", min_time=0.05)
    n = 10 ** 5
    plain = runs[f"exact/plain/n:{n}"]
    replicates = 10_000
    p = plain["p_value"]
    error = (p * (1 - p) / replicates) ** 0.5
    page.add("## Permutation test of two scores")
    page.add()
    page.add(f"10^5 answers in each group, one thread. `score_permutation_test` takes {seconds(plain['seconds'])} (plain; "
             f"studentised {seconds(runs[f'exact/studentised/n:{n}']['seconds'])}) and has no Monte Carlo error. The others "
             f"simulate: 10,000 replicates leave p = {p:.3f} with a standard error of {error:.4f}. Error and time of a "
             "simulation trade as its square: a hundred times the time for a tenth of the error.")
    page.add()
    ours = plain["seconds"]
    others = [(f"the textbook loop (std::shuffle, {name}, recount)", runs[f"shuffle_loop/{name}/n:{n}"]["seconds"])
              for name in ("mt19937", "mt19937_64")]
    others += [(tool, float(time)) for _, tool, _, _, time in peers]
    others.append(("`score_permutation_replicates`, plain", runs[f"replicates/plain/n:{n}"]["seconds"] / replicates))
    page.table(["who", "a replicate", "10,000 replicates", "times the exact test"],
               [[who, seconds(time), seconds(replicates * time), number(replicates * time / ours)]
                for who, time in others])
    page.add("Growth with n in each group; the far tail is 20 standard errors out:")
    page.add()
    rows = []
    for size in (10 ** 2, 10 ** 3, 10 ** 4, 10 ** 5, 10 ** 6, 10 ** 8, 10 ** 10):
        loop = runs.get(f"shuffle_loop/mt19937_64/n:{size}")
        far = runs.get(f"exact_in_a_far_tail/n:{size}")
        one = runs[f"exact/plain/n:{size}"]["seconds"]
        rows.append([power(size), seconds(one), seconds(runs[f"exact/studentised/n:{size}"]["seconds"]),
                     seconds(far["seconds"]) if far else "",
                     seconds(runs[f"replicates/studentised/n:{size}"]["seconds"] / replicates),
                     number(replicates * loop["seconds"] / one) if loop else ""])
    page.table(["n", "plain", "studentised", "studentised, far tail", "a drawn replicate",
                "textbook loop, B = 10,000, times plain"], rows)


def intervals(page, build):
    runs, _ = run_benchmarks(build / "nps_infer_benchmark", min_time=0.02)
    page.add("## Intervals of a score")
    page.add()
    page.add("Time of one call from counts. Only the exact method depends on n; it is refused above n = 1,000.")
    page.add()
    rows = []
    for method in ("wald", "adjusted_wald", "score", "bonett_price", "newcombe", "likelihood_ratio", "bayesian"):
        rows.append([method] + [seconds(runs[f"bm_score_interval/{method}/{n}"]["seconds"])
                                for n in (100, 10 ** 6)])
    page.table(["method", "n = 100", "n = 10^6"], rows)
    page.table(["n", "exact"], [[f"{n:,}", seconds(runs[f"bm_score_interval/exact/{n}"]["seconds"])]
                                for n in (20, 50, 100, 300, 1000)])


def planning(page, build):
    runs, _ = run_benchmarks(build / "nps_planning_benchmark", min_time=0.02)
    page.add("## Allocations and programmes")
    page.add()
    page.add("`allocate` over 1,000 strata, by Wright's exact method: the cost does not grow with the answers shared out. Beside "
             "it the method as it is written, one answer at a time.")
    page.add()
    totals = sorted(int(name.rsplit("/", 1)[1]) for name in runs if name.startswith("bm_allocate/1000/"))
    rows = []
    for total in totals:
        own = runs[f"bm_allocate/1000/{total}"]["seconds"]
        step = runs.get(f"bm_wright_one_by_one/1000/{total}")
        rows.append([f"{total:,}", seconds(own), seconds(step["seconds"]) if step else "",
                     number(step["seconds"] / own) if step else ""])
    page.table(["answers", "`allocate`", "one by one", "ratio"], rows)
    page.table(["touchpoints", "`programme_plan`"],
               [[f"{k:,}", seconds(runs[f"bm_programme_plan/{k}"]["seconds"])] for k in (10, 115, 1150, 11500)])


def importance(page, build, peers):
    runs, _ = run_benchmarks(build / "nps_importance_benchmark", min_time=0.05)

    def at(name):
        return runs[name]["seconds"]

    theirs = {(job, int(p)): (tool, float(time)) for job, tool, p, time in peers}
    page.add("## Relative importance in a linear model")
    page.add()
    page.add("`shapley_importance` from cross-products, one thread: all 2^p models, exactly.")
    page.add()
    rows = []
    for p in (6, 8, 10, 12, 14, 16, 20, 26, 30):
        own = at(f"bm_importance/shapley/{p}/1")
        tool, time = theirs.get(("shapley", p), ("", 0))
        rows.append([str(p), seconds(own), seconds(own / 2 ** p), seconds(time) if time else "",
                     number(time / own) if time else ""])
    tools = {tool for (job, _), (tool, _) in theirs.items() if job == "shapley"}
    page.table(["items", "nps", "a model", *(tools or {"relaimpo"}), "times nps"], rows)
    page.add(f"On two threads 26 items take {seconds(at('bm_importance/shapley/26/2'))}. A call in a loop over replicates, in "
             f"memory that is kept, takes {seconds(at('bm_kernel/shapley/10'))} for 10 items. For 20 items the plain path "
             f"takes {seconds(at('bm_path/plain/20'))}, with AVX2 {seconds(at('bm_path/avx2/20')) if 'bm_path/avx2/20' in runs else 'none'}; "
             f"a table of all R^2 and the definition {seconds(at('bm_table/20'))}, from which the values differ by at most "
             f"{runs['bm_table/20']['max_error']:.0e}. 10,000 drawn orders of 40 items take {seconds(at('bm_drawn/40'))}, with a standard "
             f"error of at most {runs['bm_drawn/40']['standard_error']:.1g} of R^2.")
    page.add()
    page.table(["items", "Johnson weights, nps", "R eigen", "times nps"],
               [[str(p), seconds(at(f"bm_kernel/johnson/{p}")), seconds(theirs[("johnson", p)][1]),
                 number(theirs[("johnson", p)][1] / at(f"bm_kernel/johnson/{p}"))]
                for p in (6, 10, 16) if ("johnson", p) in theirs])


def ordinal(page, build, peers):
    runs, _ = run_benchmarks(build / "nps_ordinal_benchmark", min_time=0.2)

    def at(n, threads=1):
        return runs[f"proportional_odds/n:{n}/threads:{threads}"]["seconds"]

    ours = at(10 ** 5)
    page.add("## Proportional odds: 10^5 scores of 0 to 10, ten ratings")
    page.add()
    page.add(f"`proportional_odds` takes {seconds(ours)} on one thread, {seconds(at(10 ** 5, 2))} on two.")
    page.add()
    page.table(["who", "time", "times nps", "two threads"],
               [[tool, seconds(float(time)), number(float(time) / ours), number(float(time) / at(10 ** 5, 2))]
                for _, tool, _, time in peers])
    page.table(["n", "nps"], [[power(n), seconds(at(n))] for n in (10 ** 3, 10 ** 4, 10 ** 5)])
    page.add("`proportional_odds_test`, n = 10^4: " + seconds(runs["proportional_odds_test/n:10000"]["seconds"])
             + "; `multinomial_regression` on the three categories, n = 10^5: "
             + seconds(runs["multinomial_regression/n:100000"]["seconds"]) + ".")
    page.add()


def regression(page, build, peers):
    runs, _ = run_benchmarks(build / "nps_regression_benchmark", min_time=0.05)
    n = 10 ** 6

    def at(name, size=n, threads=1):
        return runs[f"{name}/n:{size}/threads:{threads}"]["seconds"]

    page.add("## Regression")
    page.add()
    page.add("From 10^6 rows of 20 items to a finished `least_squares`, one thread: from bytes "
             f"{seconds(at('bytes'))} (row-major {seconds(at('bytes_by_row'))}), from doubles that hold whole numbers "
             f"{seconds(at('whole_doubles'))}, from other doubles, centred, {seconds(at('doubles'))}. On two threads "
             f"{seconds(at('bytes', threads=2))} and {seconds(at('doubles', threads=2))}, to the bit the same.")
    page.add()
    others = [("a plain loop over rows of bytes", runs[f"by_hand/n:{n}"]["seconds"])]
    others += [(tool, float(time)) for _, tool, _, time in peers]
    kinds = [("bytes", 1), ("bytes", 2), ("whole_doubles", 1), ("doubles", 1), ("doubles", 2)]
    page.table(["who", "time", "times nps, bytes", "two threads", "whole doubles", "other doubles", "two threads"],
               [[who, seconds(time)] + [number(time / at(kind, threads=threads)) for kind, threads in kinds]
                for who, time in others])
    page.add("Growth with n:")
    page.add()
    page.table(["n", "bytes", "bytes, row-major", "whole doubles", "other doubles", "plain loop"],
               [[power(size)] + [seconds(at(kind, size)) for kind in
                                 ("bytes", "bytes_by_row", "whole_doubles", "doubles")]
                + [seconds(runs[f"by_hand/n:{size}"]["seconds"])] for size in (10 ** k for k in range(3, 7))])


def logistic(page, build, peers):
    runs, _ = run_benchmarks(build / "nps_logistic_benchmark", min_time=0.1)
    ours = runs["ratings_as_bytes/n:1000000/threads:1"]["seconds"]
    page.add("## Logistic regression: 10^6 rows, ten ratings, one thread")
    page.add()
    page.add(f"`logistic_regression` takes {seconds(ours)} from bytes to the exact optimum with its covariance.")
    page.add()
    others = [("`logistic_regression`, the ratings as float64", runs["float64_columns/ratings/1000000"]["seconds"]),
              ("`logistic_regression`, real numbers", runs["float64_columns/numbers/1000000"]["seconds"]),
              ("`logistic_regression`, bytes, two threads", runs["ratings_as_bytes/n:1000000/threads:2"]["seconds"])]
    others += [(tool, float(time)) for _, tool, _, time in peers]
    two = runs["ratings_as_bytes/n:1000000/threads:2"]["seconds"]
    page.table(["who", "time", "times nps", "two threads"],
               [[who, seconds(time), number(time / ours), number(time / two)] for who, time in others])
    page.table(["n", "nps"], [[power(n), seconds(runs[f"ratings_as_bytes/n:{n}/threads:1"]["seconds"])]
                              for n in (10 ** k for k in range(3, 7))])


def regression_bootstrap(page, build, with_peers):
    peers = run_peer(["Rscript", str(FOLDER / "peers/regression_bootstrap.R")]) if with_peers else []
    runs, _ = run_benchmarks(build / "nps_regression_bootstrap_benchmark", min_time=0.05)

    def at(name, n, threads=1):
        return runs[f"{name}/n:{n}/threads:{threads}"]["seconds"]

    page.add("## Bootstrap of least squares and of importance")
    page.add()
    page.add("Ten items, 1,000 replicates. `importance_bootstrap` and `regression_bootstrap` count the rows drawn and sum "
             "cross-products with the counts as weights, for ratings exactly; nothing is copied.")
    page.add()
    ours = {"lmg": "importance/shapley", "johnson": "importance/johnson", "least_squares": "regression/ratings"}
    rows = [[job, f"{int(float(n)):,}", tool, seconds(float(time)), seconds(at(ours[job], int(float(n)))),
             number(float(time) / at(ours[job], int(float(n))))] for job, tool, n, _, time in peers]
    for n in (1000, 10_000):
        copied = 50 * runs[f"regression_of_copied_rows/n:{n}"]["seconds"]
        rows.append(["least_squares", f"{n:,}", "`bootstrap` of `least_squares` over copied rows", seconds(copied),
                     seconds(at(ours["least_squares"], n)), number(copied / at(ours["least_squares"], n))])
    page.table(["what", "n", "who", "time", "nps", "times nps"], rows)
    page.add("Growth with n, ratings and real numbers:")
    page.add()
    names = [("LMG, ratings", "importance/shapley"), ("LMG, real", "importance/shapley_real"),
             ("Johnson, ratings", "importance/johnson"), ("least squares, ratings", "regression/ratings"),
             ("least squares, real", "regression/real")]
    page.table(["what", "n = 1,000", "10,000", "100,000", "100,000, 2 threads"],
               [[what] + [seconds(at(name, n)) for n in (1000, 10_000, 100_000)] + [seconds(at(name, 100_000, 2))]
                for what, name in names])


def versions(build, context):
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo")
                if line.startswith("model name")), platform.processor())
    flags = next((line for line in open("/proc/cpuinfo") if line.startswith("flags")), "").split()
    vectors = [name for name in ("avx2", "avx512f", "avx512bw") if name in flags]
    compiler = subprocess.run(["c++", "--version"], stdout=subprocess.PIPE, text=True).stdout.splitlines()[0]
    return (f"Machine: {cpu}, {context['num_cpus']} cores ({', '.join(vectors)}), {platform.system()} "
            f"{platform.machine()}. Compiler: {compiler}, Release, no -march. "
            f"Date: {datetime.date.today().isoformat()}.")


def main():
    build = pathlib.Path(sys.argv[1])
    output = pathlib.Path(sys.argv[2])
    with_peers = "--no-peers" not in sys.argv
    page = Page()
    body = Page()

    def peers(job):
        if not with_peers:
            return []
        scripts = (("/usr/bin/python3", FOLDER / f"peers/{job}.py"), ("Rscript", FOLDER / f"peers/{job}.R"))
        return [line for tool, script in scripts if script.exists() for line in run_peer([tool, str(script)])]

    made_of = {
        "count": lambda: counting(body, build, peers("count")),
        "bootstrap": lambda: bootstrap(body, build, peers("bootstrap")),
        "ideal": lambda: ideal(body, build),
        "permutation": lambda: permutation(body, build, peers("permutation")),
        "intervals": lambda: intervals(body, build),
        "planning": lambda: planning(body, build),
        "regression": lambda: regression(body, build, peers("regression")),
        "logistic": lambda: logistic(body, build, peers("logistic")),
        "ordinal": lambda: ordinal(body, build, peers("ordinal")),
        "importance": lambda: importance(body, build, peers("importance")),
        "regression_bootstrap": lambda: regression_bootstrap(body, build, with_peers),
    }
    only = [one.removeprefix("--only=") for one in sys.argv if one.startswith("--only=")]
    for name in only:
        if name not in made_of:
            sys.exit(f"performance.py: no section {name}; there are {', '.join(made_of)}")
    context = [made_of[name]() for name in only or made_of][0]
    if only:
        print("\n".join(body.text).rstrip())
        return
    page.add("# Performance")
    page.add()
    page.add("Written by `scripts/benchmark`, which builds in Release and runs this library and its peers on the same work, "
             f"one after the other on one machine. Times are medians of {REPETITIONS} runs; ratios say more than times.")
    page.add()
    page.add(versions(build, context))
    page.add()
    output.write_text("\n".join(page.text + body.text).rstrip() + "\n", encoding="utf-8")
    print("wrote", output)


main()
