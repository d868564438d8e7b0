"""The set-up tooling: what it finds, what it says, what it leaves alone."""

import os
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tooling import (
    checks,
    console,
    core_suites,
    databases,
    locking,
    mirror,
    odoo_source,
    paths,
    test_results,
)

BIN_ODOO = paths.ROOT / "bin/odoo"
# Apart from its host, so that no address here looks like a real mirror.
ARCHIVE = "debian"


def run(*command, **options) -> subprocess.CompletedProcess:
    options.setdefault("stdin", None if "input" in options else subprocess.DEVNULL)
    if "input" in options:
        options.pop("stdin")
    return subprocess.run(command, capture_output=True, text=True, **options)


# Debian's mirror


def apt_folder(tmp_path: Path, **files: str) -> Path:
    (tmp_path / "sources.list.d").mkdir()
    for name, text in files.items():
        place = tmp_path if name == "sources_list" else tmp_path / "sources.list.d"
        (place / name.replace("_", ".", 1)).write_text(text)
    return tmp_path


def test_mirror_of_one_line_sources(tmp_path):
    folder = apt_folder(
        tmp_path,
        sources_list=f"# deb http://old.example/{ARCHIVE} bookworm main\n"
        f"deb-src http://source.example/{ARCHIVE} bookworm main\n"
        f"deb http://updates.example/{ARCHIVE}-security bookworm-security main\n"
        "deb [arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] "
        f"http://mirror.example/{ARCHIVE} bookworm main contrib\n",
    )
    found = mirror.debian_mirror(folder)
    assert found.uri == f"http://mirror.example/{ARCHIVE}"
    assert found.signed_by == "/usr/share/keyrings/debian-archive-keyring.gpg"
    assert found.components == ["main", "contrib"]


def test_mirror_of_deb822_sources(tmp_path):
    folder = apt_folder(
        tmp_path,
        a_sources=f"Enabled: no\nTypes: deb\nURIs: http://off.example/{ARCHIVE}\n"
        "Suites: bookworm\nComponents: main\n",
        b_sources=f"Types: deb deb-src\n# a remark\nURIs: http://mirror.example/{ARCHIVE}\n"
        "Suites: bookworm bookworm-updates\nComponents: main\nSigned-By:\n"
        " -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mDMEY==\n"
        " -----END PGP PUBLIC KEY BLOCK-----\n",
    )
    found = mirror.debian_mirror(folder)
    assert found.uri == f"http://mirror.example/{ARCHIVE}"
    assert found.signed_by == ""


def test_another_vendors_archive_is_no_mirror(tmp_path):
    folder = apt_folder(
        tmp_path,
        a_list="deb [signed-by=/usr/share/keyrings/vendor.gpg] "
        f"http://vendor.example/{ARCHIVE} bookworm main\n"
        "deb http://vendor.example/12/prod bookworm main\n",
        b_list=f"deb http://mirror.example/{ARCHIVE}/ bookworm main\n",
    )
    assert mirror.debian_mirror(folder).uri == f"http://mirror.example/{ARCHIVE}/"


def test_no_mirror_names_the_way_out(tmp_path):
    with pytest.raises(console.Failure, match="no Debian mirror in .*ODOO_HOME"):
        mirror.debian_mirror(apt_folder(tmp_path))


# Odoo's source


def test_source_is_whole(ready):
    assert odoo_source.series_of(ready.source) == "19.0"
    if ready.source == odoo_source.FOLDER / odoo_source.PACKAGE_PATH:
        assert odoo_source.dangling_links(odoo_source.FOLDER) == []
        assert (ready.source / odoo_source.MISSING_FILE).is_file()


def test_odoo_home_with_checkout_layout(tmp_path, ready):
    """A checkout has its modules in two folders."""
    checkout = tmp_path / "checkout"
    (checkout / "addons").mkdir(parents=True)
    (checkout / "odoo").symlink_to(ready.source / "odoo")
    assert odoo_source.series_of(checkout) == "19.0"
    assert odoo_source.addons_path(checkout) == [
        checkout / "addons",
        checkout / "odoo/addons",
    ]


# One clear line


@pytest.mark.parametrize(
    ("variables", "line"),
    [
        (
            {"ODOO_HOME": "/nowhere"},
            "ODOO_HOME=/nowhere holds no odoo/release.py: name a source folder of "
            "Odoo 19.0, or unset it to use Debian's package",
        ),
        (
            {"PGHOST": "/nowhere", "PGUSER": "somebody"},
            "no answer from the PostgreSQL server PGHOST=/nowhere names (.*): start "
            "it, or unset PGHOST to use a private server",
        ),
        (
            {"PGHOST": "127.0.0.1", "PGUSER": "postgres"},
            "Odoo refuses to work as PostgreSQL's user postgres: .*",
        ),
    ],
)
def test_what_is_missing_is_one_line(ready, variables, line):
    done = run(BIN_ODOO, "--version", env={**os.environ, **variables})
    assert done.returncode == 1
    assert done.stdout == ""
    assert re.fullmatch(rf"\[asi_coc\] Error: {line}\n", done.stderr), done.stderr


def test_missing_local_package_is_one_line(tmp_path):
    """In a copy without a cache: nothing is there to fall back on."""
    project = copy_project(tmp_path)
    env = clean_environment(ODOO_DEB="/nowhere.deb")
    done = run(project / "bin/odoo", "--version", env=env)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "[asi_coc] Error: ODOO_DEB=/nowhere.deb is not a file: name a copy of Debian's "
        "package odoo-19, or unset it to fetch one"
    ]


def test_failed_command_shows_its_reason(tmp_path):
    log = tmp_path / "log"
    code = "import sys; print('E: no such package'); print('later'); sys.exit(3)"
    with pytest.raises(console.Failure, match="Fetching failed: E: no such package"):
        console.run("Fetching", [sys.executable, "-c", code], log)
    assert "later" in log.read_text()


# bin/odoo


def test_odoo_runs_from_any_folder(ready, tmp_path):
    """Also from one that holds a folder of the same name."""
    (tmp_path / "odoo").mkdir()
    done = run(BIN_ODOO, "--version", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "Odoo Server 19.0\n"), done.stderr


def test_odoo_runs_twice_at_once(ready):
    with ThreadPoolExecutor() as pool:
        calls = [pool.submit(run, BIN_ODOO, "--version") for _ in range(4)]
    assert {call.result().stdout for call in calls} == {"Odoo Server 19.0\n"}


def test_input_output_and_exit_code_are_odoos(database):
    name = database(bare=True)
    shell = [BIN_ODOO, "shell", "-d", name, "--no-http", "--log-level=warn"]
    done = run(*shell, input="print(env.cr.dbname, len(env['res.users'].search([])))")
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(rf"{name} [1-9]\d*\n", done.stdout)
    assert run(*shell, input="import sys; sys.exit(7)").returncode == 7
    assert run(*shell, input="1 / 0").returncode != 0


def test_module_on_the_addons_path(ready):
    text = ready.environment["ODOO_RC"]
    addons = re.search(r"addons_path = (.*)", Path(text).read_text())[1].split(",")
    assert str(paths.ROOT) in addons


# Locks


def test_lock_lets_one_in_at_a_time():
    inside, order = threading.Event(), []

    def first():
        with locking.locked("of-a-test"):
            inside.set()
            time.sleep(0.5)
            order.append("first")

    thread = threading.Thread(target=first)
    thread.start()
    inside.wait()
    with locking.locked("of-a-test"):
        order.append("second")
    thread.join()
    assert order == ["first", "second"]


# Databases


def test_clones_do_not_share_their_files(ready, database):
    template = databases.template(ready)
    before = sorted(databases.filestore(template).rglob("*"))
    one, two = database(bare=True), database(bare=True)
    shutil.rmtree(databases.filestore(one))
    assert sorted(databases.filestore(template).rglob("*")) == before
    count = len(list(databases.filestore(two).rglob("*")))
    assert count == len(before) > 0


def test_template_lacks_the_module_and_clone_can_have_it(ready, database):
    states = "SELECT state FROM ir_module_module WHERE name = 'asi_coc'"
    bare, whole = database(bare=True), database()
    assert ready.server.query(states, database=bare) != [["installed"]]
    assert ready.server.query(states, database=whole) == [["installed"]]


def test_database_names_are_checked(ready):
    with pytest.raises(console.Failure, match="use letters, digits"):
        databases.drop(ready, 'x"; DROP DATABASE y; --')


# The private PostgreSQL server, in a copy of the project


def clean_environment(**variables: str) -> dict[str, str]:
    """Without what would name another server or Odoo."""
    names = [n for n in os.environ if not n.startswith(("PG", "ODOO_", "ASI_COC"))]
    return {**{name: os.environ[name] for name in names}, **variables}


def copy_project(folder: Path) -> Path:
    """The tooling without what it fetched."""
    project = folder / "project"
    for name in ("tooling", "bin", "requirements"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(paths.ROOT / name, project / name, ignore=ignored)
    return project


@pytest.fixture
def project(ready, tmp_path):
    """A copy with the Python environment, for servers of its own."""
    project = copy_project(tmp_path)
    (project / ".cache").mkdir()
    (project / ".cache/venv").symlink_to(paths.CACHE / "venv")
    yield project
    code = (
        "import shutil; from tooling import postgres\n"
        "cluster = postgres.Cluster(); cluster.stop()\n"
        "shutil.rmtree(cluster.folder); shutil.rmtree(cluster.socket, True)"
    )
    assert in_project(project, code).returncode == 0


def in_project(project: Path, code: str) -> subprocess.CompletedProcess:
    return run(sys.executable, "-c", code, cwd=project, env=clean_environment())


SERVER = """
from tooling import postgres
server = postgres.ensure()
print(server.query("SHOW server_version_num")[0][0],
      server.query("SELECT count(*) FROM pg_roles WHERE rolname = 'odoo'")[0][0],
      server.query("SHOW listen_addresses")[0][0] == "")
"""


def test_private_server_starts_again_after_a_crash(project):
    first = in_project(project, SERVER)
    assert first.stdout.split()[1:] == ["1", "True"], first.stderr
    crash = (
        "import os, signal, time; from tooling import postgres\n"
        "cluster = postgres.Cluster()\n"
        "pid_file = cluster.data / 'postmaster.pid'\n"
        "lines = pid_file.read_text().splitlines()\n"
        "os.kill(int(lines[0]), signal.SIGKILL)\n"
        "time.sleep(1)\n"
        # As after a restart of the machine: another process has the number.
        "pid_file.write_text('\\n'.join([str(os.getppid()), *lines[1:]]) + '\\n')\n"
    )
    done = in_project(project, crash)
    assert done.returncode == 0, done.stderr
    again = in_project(project, SERVER)
    assert again.stdout == first.stdout, again.stderr
    stop = run(sys.executable, "-m", "tooling", "stop", cwd=project)
    assert "PostgreSQL stopped" in stop.stderr
    stop = run(sys.executable, "-m", "tooling", "stop", cwd=project)
    assert "PostgreSQL was not running" in stop.stderr


def test_private_server_on_the_programs_of_the_wheel(project):
    prepare = (
        "from tooling import postgres\n"
        "cluster = postgres.Cluster()\n"
        "postgres.make_owned(cluster.folder, cluster.owner)\n"
        "cluster.initialise(cluster.wheel_programs())\n"
        "(cluster.folder / 'ready').touch()\n"
    )
    done = in_project(project, prepare)
    assert done.returncode == 0, done.stderr
    done = in_project(project, SERVER)
    assert done.stdout.split() == ["180004", "1", "True"], done.stderr


def test_socket_folder_is_closed_to_others(ready):
    folder = Path(ready.server.host)
    if folder.is_relative_to(paths.CACHE):
        assert folder.stat().st_mode & 0o077 == 0


# Web pages


def test_pages_get_all_their_assets(database, odoo_server):
    server = odoo_server(database(bare=True))
    browser = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(CookieJar())
    )
    login = browser.open(f"{server.url}/web/login").read().decode()
    token = re.search(r'name="csrf_token" value="(.+?)"', login)[1]
    form = {"csrf_token": token, "login": "admin", "password": "admin"}
    data = urllib.parse.urlencode(form).encode()
    page = browser.open(f"{server.url}/web/login", data).read().decode()
    assert "/web/login" not in page.split("<body")[0]
    for text in (login, page):
        links = re.findall(r'(?:src|href)="(/web/assets/[^"]+)"', text)
        assert links
        for link in links:
            content = browser.open(server.url + link).read().decode()
            assert "A css error occured" not in content
            for font in re.findall(r'url\(["\']?(/web/static/[^"\')?#]+)', content):
                assert browser.open(server.url + font).status == 200, font


# make test


def test_one_failing_run_fails_all():
    none = checks.NOTHING_COLLECTED
    assert checks.verdict([0, 0]) == 0
    assert checks.verdict([1, 0]) == 1
    assert checks.verdict([0, 2]) == 2
    assert checks.verdict([0, none]) == 0
    assert checks.verdict([0]) == 0
    assert checks.verdict([none, none]) == none
    assert checks.verdict([none]) == none
    assert checks.verdict([]) == none


def test_runs_at_once_print_one_after_the_other(tmp_path, capfd):
    """Each waits for the other to begin; the second one ends first, and badly."""
    script = """
import pathlib, sys, time
me, other, code = sys.argv[1:]
pathlib.Path(me).touch()
while not pathlib.Path(other).exists():
    time.sleep(0.01)
time.sleep(0.3 * (code == "0"))
print("end of", pathlib.Path(me).name)
sys.exit(int(code))
"""
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    python = [sys.executable, "-c", script]
    codes = checks.call([[*python, one, two, "0"], [*python, two, one, "3"]])
    assert codes == [0, 3]
    assert capfd.readouterr().out == "end of one\nend of two\n"


def test_lint_is_clean(ready):
    done = run("make", "lint", cwd=paths.ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


# make test-odoo


def results_file(folder: Path, name: str, cases: dict[str, str]) -> Path:
    """As pytest writes it; ``cases`` are what it says inside each test."""
    text = "".join(
        f'<testcase classname="lib.odoo.addons.stock.tests.test_x.C" name="{test}">'
        f"{inside}</testcase>"
        for test, inside in cases.items()
    )
    file = folder / name
    file.write_text(f"<testsuites><testsuite>{text}</testsuite></testsuites>")
    return file


def test_suites_differ_where_the_module_makes_a_test_fail(tmp_path, capsys):
    failure, error = '<failure message="1 != 2&#10;more"/>', '<error message="no"/>'
    before = {"fine": "", "bad": failure, "cured": error, "lost": "", "listed": ""}
    after = {"fine": failure, "bad": error, "cured": "", "listed": failure}
    after |= {"new": error, "late": error + "<skipped/>"}
    compared = test_results.Comparison(
        "stock",
        results_file(tmp_path, "before.xml", before),
        results_file(tmp_path, "after.xml", after),
        {"stock.tests.test_x.C.listed", "stock.tests.test_x.C.bad"},
        7,
    )
    added = [test.rpartition(".")[2] for test in compared.added]
    assert added == ["fine", "late", "lost", "new"]
    assert compared.gone == ["stock.tests.test_x.C.cured"]
    assert compared.unknown == compared.gone
    assert compared.summary() == (
        "stock: without 3 passed, 1 failed, 1 error; with 1 passed, 2 failed, 3 error, "
        "7 ledger entries; 4 added, 1 gone"
    )
    compared.show()
    shown = capsys.readouterr().err
    assert "ADDED stock.tests.test_x.C.fine: failed 1 != 2\n" in shown
    assert "ADDED stock.tests.test_x.C.lost: not run" in shown


def test_list_of_known_failures_names_tests_of_odoos(ready):
    for test in test_results.read_known(core_suites.KNOWN):
        suite, _, module, case, name = test.split(".")
        file = core_suites.folder_of(ready, suite) / f"{module}.py"
        assert f"class {case}(" in file.read_text(), test
        # Some are inherited from a class of another file.
        assert name.startswith("test_")


def test_unknown_suite_is_one_line():
    with pytest.raises(console.Failure, match="no suite web: choose from stock_"):
        core_suites.test(["web"], paths.ADDON, False, False)


# setup.py


def test_pip_installs_every_file(ready, tmp_path):
    """Found as odoo.addons.asi_coc, without an addons path."""
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(paths.ADDON, source / "asi_coc", ignore=ignored)
    shutil.copy(paths.ROOT / "setup.py", source)
    python = paths.CACHE / "venv/bin/python"
    pip = [python, "-m", "pip", "install", "--no-deps", "--no-build-isolation"]
    done = run(*pip, "--target", target, source)
    assert done.returncode == 0, done.stderr
    expected = {p.relative_to(source / "asi_coc") for p in files(source / "asi_coc")}
    addon = target / "odoo/addons/asi_coc"
    assert {path.relative_to(addon) for path in files(addon)} == expected
    assert not (target / "odoo/__init__.py").exists()
    code = (
        "import odoo.tools, odoo.modules.module as module\n"
        f"odoo.tools.config.parse_config(['--addons-path={ready.source}/odoo/addons'])\n"
        "module.initialize_sys_path()\n"
        "import odoo.addons.asi_coc as addon\n"
        "print(addon.__file__, module.get_module_path('asi_coc'))"
    )
    env = clean_environment(PYTHONPATH=str(target))
    done = run(python, "-P", "-c", code, cwd=tmp_path, env=env)
    assert done.stdout.split() == [f"{addon}/__init__.py", str(addon)], done.stderr


def files(folder: Path) -> list[Path]:
    found = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in found if "__pycache__" not in path.parts]
