"""What the measures say: medians, ratios, and whether each target is met; as JSON, as Markdown."""

import json
import statistics

import plot
import works

TOTALS = ("seconds", "cpu", "servers", "peak")
HEAD = """# Results
Written by `bench/run`; `make bench` measures anew and replaces this file.

Whole processes, from start to exit, in turn on the same machine, each on a new target; what arrived
is compared with the source after each (rows, the sum of each column, the primary key). Times are
medians of wall seconds. *Program* is the CPU of the program and of all that it starts, *servers*
that of both database servers meanwhile, *peak* the memory of its largest process. *MB* are 10^6
bytes of a source that is a file. *Takes* is the time in units of what the table's first line takes.
Caches are warm: the source has been read once, and what an earlier measure left to be written is on
the disk. A peer that dies, or is slow, is measured once.
"""

LIVE_HEAD = """## Live
Source and target are servers of their own. *A backlog*: made while nobody follows, of transactions
of ten changes (four in ten insert a row, four update one, two delete one); each peer then applies
the same one: the time from its start until the last change is on its target, without what the same
takes with nothing to do. *From commit to visible*: from the acknowledged commit of a row, 200 a
second, until a client that looks every millisecond sees it on the target. *Write pause*: cutover,
rollback, cutover ... of one move, while four clients write 1,000 times a second and follow; as a
client sees it: from the last write that the old side accepted to the first of the new one. *What
writers wait*: four clients write 1,000 times a second before, while and after the source is copied:
the longest time from one accepted write of a client to its next.
Afterwards all rows of both sides are compared, column by column.
"""


def summary(measures, chosen):
    found = [work_summary(work, [m for m in measures if m["work"] == work.name])
             for work in chosen]
    latest = max(measures, key=lambda m: m["session"], default={})
    about = {k: latest.get(k) for k in ("session", "machine", "versions", "settings", "seed")}
    ours = [m["peak"] for m in measures if m["peer"].startswith("whimbrel") and m["peak"]]
    peak = {"most": max(ours), "below": works.PEAK} if ours else None
    return {"whimbrel": 1, **about, "peak": peak,
            "works": [w for w in found if w["peers"] or w["missing"]]}


def work_summary(work, measures):
    peers = {p.name: peer_summary(p, [m for m in measures if m["peer"] == p.name])
             for p in work.peers if any(m["peer"] == p.name for m in measures)}
    base = next((p["seconds"] for p in peers.values()), None)
    for peer in peers.values():
        peer["takes"] = peer["seconds"] / base if peer["seconds"] and base else None
        paced = peer["seconds"] and not work.until_row
        peer["pace"] = measures[0]["rows"] / peer["seconds"] if paced else None
        peer["megabytes"] = measures[0].get("bytes", 0) / 1e6 / peer["seconds"] if paced else None
    known = measures[0] if measures else {}
    return {"name": work.name, "title": work.title, "missing": work.missing, "unit": work.unit,
            "note": work.note,
            **{k: known.get(k) for k in ("rows", "workers", "session", "machine")},
            "version": known.get("versions", {}).get("whimbrel"),
            "peers": list(peers.values()),
            "targets": [judged(t, peers) for t in work.targets if peers]}


def merged(found, folder):
    """With the works that were published before and not measured on this machine since."""
    published = folder / "results.json"
    old = json.loads(published.read_text(encoding="utf-8")) if published.exists() else {"works": []}
    before = [{"machine": old["machine"], "unit": "rows", "note": "", **w,
               "peers": [{"rate": 0, "spread": {}, "megabytes": None, **p} for p in w["peers"]]}
              for w in old["works"] if w["peers"]]
    newest = {w["name"]: w for w in found["works"]}
    for work in before:
        if work["session"] > (newest.get(work["name"], {}).get("session") or ""):
            newest[work["name"]] = work
    most = max((f["peak"]["most"] for f in (old, found) if f.get("peak")), default=0)
    return {**found, "peak": {"most": most, "below": works.PEAK} if most else None,
            "works": [newest[w.name] for w in works.WORKS if w.name in newest]}


def peer_summary(peer, measures):
    right = [m for m in measures if m["outcome"] == "right"]
    bad = [m["outcome"] for m in measures if m["outcome"] != "right"]
    found = {"peer": peer.name, "about": peer.about, "measures": len(measures),
             "right": len(right), "outcome": bad[0] if bad else "right"}
    for total in TOTALS:
        found[total] = statistics.median(m[total] for m in right) if right else None
    found["range"] = [f(m["seconds"] for m in right) for f in (min, max)] if right else None
    found["spread"] = spread([m["samples"] for m in right if "samples" in m])
    found["rate"] = statistics.median([m["rate"] for m in right if "rate" in m] or [0])
    found["others"] = max((m["others"] / m["seconds"] for m in right), default=None)
    parts = [m["parts"] for m in right if "parts" in m]
    found["parts"] = {k: statistics.median(p[k] or 0 for p in parts) for k in parts[0]
                      if k != "total"} if parts else {}
    return found


def spread(samples):
    """Of each kind of sample, from all rounds together: how many, and how long."""
    found = {}
    for name in samples[0] if samples else ():
        every = sorted(value for one in samples for value in one[name])
        if every:
            found[name] = {"n": len(every), "max": every[-1],
                           **{f"p{p}": every[-(-len(every) * p // 100) - 1] for p in (50, 95, 99)}}
    return found


def judged(target, peers):
    if isinstance(target, works.Pace):
        pace = peers.get(target.ours, {}).get("megabytes")
        return verdict(target, pace and 1 / pace, 1 / target.least, pace and f"{pace:,.0f} MB/s")
    ours = peers.get(target.ours, {}).get(target.what)
    if isinstance(target, works.Limit):
        if not isinstance(target.what, str):
            name, part = target.what
            ours = peers.get(target.ours, {}).get("spread", {}).get(name, {}).get(part)
        return verdict(target, ours, target.below, ours and f"{ours:.2f} s")
    theirs = peers.get(target.peer, {}).get(target.what)
    if not ours or not theirs:
        why = peers.get(target.peer, {}).get("outcome", "not measured")
        return {"text": target.text, "measured": None, "met": None, "verdict": f"not known: {why}"}
    shown = (f"{theirs / ours:.2f} × as fast" if target.what == "seconds" else
             f"1/{theirs / ours:.1f}")
    return verdict(target, ours, theirs / target.times, shown)


def verdict(target, ours, most, shown):
    if ours is None:
        return {"text": target.text, "measured": None, "met": None, "verdict": "not known"}
    room = ours / most - 1
    said = f"met, with {-room:.0%} to spare" if room <= 0 else f"**missed by {room:.0%}**"
    said += f": {target.way}" if room > 0 and target.way else ""
    return {"text": target.text, "measured": shown, "met": room <= 0, "verdict": said}


def as_json(found):
    return json.dumps(found, indent=1, ensure_ascii=False)


def listed(chosen):
    lines = []
    for work in chosen:
        lines.append(f"{work.name:24} {work.title}{': ' + work.missing if work.missing else ''}")
        lines += [f"{'':24}   {peer.name}: {peer.about}" for peer in work.peers]
    return "\n".join(lines)


def table(head, rows):
    """Markdown that can be read as text too."""
    rows = [[str(cell).replace("|", "\\|") for cell in row] for row in (head, *rows)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    lines = ["| " + " | ".join(c.ljust(w) for c, w in zip(row, widths)) + " |" for row in rows]
    lines.insert(1, "| " + " | ".join("-" * w for w in widths) + " |")
    return "\n".join(line.rstrip() for line in lines)


def number(value, form=".1f"):
    return "–" if not value else format(value, form)


def peer_row(peer):
    span = "–".join(f"{s:.2f}" for s in peer["range"]) if peer["range"] else "–"
    outcome = peer["outcome"]
    if 0 < peer["right"] < peer["measures"]:
        outcome += f", {peer['measures'] - peer['right']} of {peer['measures']} times"
    return [peer["about"], peer["measures"], number(peer["seconds"], ".2f"), span,
            number(peer["pace"], ",.0f"), number(peer["megabytes"], ",.0f"), number(peer["cpu"]),
            number(peer["servers"]), number(peer["peak"], ".0f"), number(peer["takes"], ".2f"),
            outcome]


PEER_HEAD = ["", "n", "seconds", "range", "{unit}/s", "MB/s", "program", "servers", "peak MiB",
             "takes", ""]


SPREAD_HEAD = ["", "", "n", "median ms", "p95", "p99", "max", "program", "servers", "peak MiB", ""]


def spread_rows(peer):
    """A line for each kind of sample; one without figures where nothing was right."""
    for name, of in (peer["spread"] or {"": {}}).items():
        yield [peer["about"], name, number(of.get("n"), ",d"),
               *(number(of[p] * 1000 if of else 0) for p in ("p50", "p95", "p99", "max")),
               number(peer["cpu"]), number(peer["servers"]), number(peer["peak"], ".0f"),
               peer["outcome"]]


def work_table(work):
    if any(p["spread"] for p in work["peers"]):
        return table(SPREAD_HEAD, [row for p in work["peers"] for row in spread_rows(p)])
    lines = [[head.format(unit=work["unit"]) for head in PEER_HEAD],
             *(peer_row(p) for p in work["peers"])]
    if not any(p["megabytes"] for p in work["peers"]):
        lines = [[cell for cell, head in zip(line, PEER_HEAD) if head != "MB/s"] for line in lines]
    return table(lines[0], lines[1:])


def machine_of(work):
    machine = work.get("machine") or {}
    return f", {machine['cores']} cores of {machine['processor']}" if "cores" in machine else ""


def work_markdown(work, level="##"):
    if work["missing"]:
        return f"{level} {work['title']}\nNot measured: {work['missing']}."
    rate = next((p["rate"] for p in work["peers"] if p["rate"]), 0)
    note = [work["note"], ""] if work["note"] else []
    lines = [f"{level} {work['title']}",
             f"`bench/run {work['name']}`: {work['rows']:,} {work['unit']}, {work['workers']}"
             f" workers{f', {rate:,.0f} accepted writes a second' if rate else ''}, each measured"
             f" n times; whimbrel {work['version']}, {work['session']}{machine_of(work)}.", "",
             *note, work_table(work)]
    for peer in work["peers"]:
        spent = ", ".join(f"{k} {v:.2f} s" for k, v in peer["parts"].items() if v)
        lines += ["", f"{peer['peer']}: {spent}."] if spent else []
    if work["targets"]:
        lines += ["", table(["target", "measured", ""],
                            [[t["text"], t["measured"] or "–", t["verdict"]]
                             for t in work["targets"]])]
    return "\n".join(lines)


def growth_points(found):
    """The points of each axis: what varies, rows, seconds."""
    axes = {}
    for work in found["works"]:
        if work["name"].startswith("growth-") and work["peers"][0]["seconds"]:
            _, axis, value = work["name"].split("-")
            x = work["rows"] if axis == "rows" else int(value)
            axes.setdefault(axis, []).append((x, work["rows"], work["peers"][0]))
    return axes


def growth_markdown(axes):
    lines = ["## Growth, MariaDB → PostgreSQL, verification included", "![growth](growth.svg)"]
    for axis, points in axes.items():
        rows = [[f"{x:,}", f"{rows:,}", f"{peer['seconds']:.2f}", f"{rows / peer['seconds']:,.0f}",
                 *(number(peer["parts"].get(part), ".2f") for part in ("copy", "verify")),
                 number(peer["cpu"]), number(peer["peak"], ".0f"), peer["outcome"]]
                for x, rows, peer in points]
        lines += ["", table([axis, "rows", "seconds", "rows/s", "copy", "verify", "program",
                             "peak MiB", ""], rows)]
    return "\n".join(lines)


def about_markdown(found):
    machine, settings = found["machine"], found["settings"]
    lines = [", ".join(f"{k} {v}" for k, v in machine.items()) + "; seed "
             f"{found['seed']}.", "",
             ", ".join(f"{k} {v}" for k, v in found["versions"].items()) + ".", ""]
    lines += [f"{name}: {', '.join(f'`{k}={v}`' for k, v in one.items())}; the rest as it comes.\n"
              for name, one in settings.items()]
    return ["## Machine and settings", *lines]


def overview(found):
    """All targets at a glance."""
    rows = [[w["title"], t["text"], t["measured"] or "–", t["verdict"]]
            for w in found["works"] for t in w["targets"]]
    rows += [[w["title"], "", "–", f"not measured: {w['missing']}"]
             for w in found["works"] if w["missing"]]
    if found["peak"]:
        most, below = found["peak"]["most"], found["peak"]["below"]
        said = "met" if most < below else f"**missed by {most / below - 1:.0%}**"
        rows.append(["all of them", f"peak memory below {below} MiB", f"{most:.0f} MiB", said])
    return table(["work", "target", "measured", ""], rows)


def others(found):
    """Whether the machine was quiet; a bench beside other work measures that work."""
    shares = [(p["others"], w["title"]) for w in found["works"] for p in w["peers"] if p["others"]]
    share, title = max(shares, default=(0, ""))
    return (f"Besides bench and servers the machine was busy with at most {share:.2f} cores"
            f" ({title})." if shares else "")


def as_markdown(found):
    if not found["session"]:
        return "Nothing has been measured yet."
    plain = [w for w in found["works"] if not w["name"].startswith(("growth-", "live-"))]
    lives = [w for w in found["works"] if w["name"].startswith("live-")]
    axes = growth_points(found)
    parts = [HEAD, f"Last measured: {found['session']}. {others(found)}\n",
             overview(found), "", *(work_markdown(w) + "\n" for w in plain)]
    parts += [LIVE_HEAD, *(work_markdown(w, "###") + "\n" for w in lives)] if lives else []
    return "\n".join(parts + ([growth_markdown(axes), ""] if axes else []) + about_markdown(found))


def kept(measured, results, published=None):
    """Writes what there is into the folder of results, and into the one that shows it."""
    for folder in filter(None, (results, published)):
        found = merged(measured, folder) if folder == published else measured
        axes = growth_points(found)
        (folder / "RESULTS.md").write_text(as_markdown(found).rstrip() + "\n", encoding="utf-8")
        (folder / "results.json").write_text(as_json(found) + "\n", encoding="utf-8")
        if axes:
            (folder / "growth.svg").write_text(plot.growth(axes), encoding="utf-8")
