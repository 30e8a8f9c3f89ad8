"""What ``deploy/`` holds, read by the programs it is written for; and the portal behind that nginx."""

import datetime as dt
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from .processes import environment, manage, until

pytestmark = pytest.mark.same_everywhere

DEPLOY = settings.BASE_DIR / "deploy"
NAME = "portal.example.gov.cn"
UNITS = [path.name for path in DEPLOY.glob("portal-*.*") if path.is_file()]
IPV6 = Path("/proc/net/if_inet6")
HAS_IPV6 = IPV6.exists() and bool(IPV6.read_text())


@pytest.fixture
def units(tmp_path, monkeypatch):
    """The units as on a host where the portal lies here."""
    folder = tmp_path / "units"
    shutil.copytree(DEPLOY, folder)
    for path in folder.rglob("*.*"):
        if path.is_file():
            path.write_text(path.read_text().replace("/opt/portal", str(settings.BASE_DIR)))
    monkeypatch.setenv("SYSTEMD_UNIT_PATH", f"{folder}:")
    return folder


def run(*command, cwd=None):
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60)


@pytest.mark.systemd
def test_systemd_understands_every_line_of_the_units(units):
    done = run("systemd-analyze", "verify", *UNITS, cwd=units)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.systemd
@pytest.mark.parametrize("unit", [name for name in UNITS if name.endswith(".service")])
def test_a_service_can_reach_next_to_nothing_of_its_host(units, unit):
    done = run("systemd-analyze", "security", "--offline=true", "--threshold=15", unit, cwd=units)
    assert done.returncode == 0, done.stdout


def test_units_and_procfile_start_the_same_programs():
    procfile = (settings.BASE_DIR / "Procfile").read_text()
    for kind in ("web", "worker", "beat"):
        unit = re.search(r"^ExecStart=\S+/(.*)", (DEPLOY / f"portal-{kind}.service").read_text(), re.M)[1]
        ours = re.search(rf"^{kind}: (.*)", procfile, re.M)[1]
        ours = re.sub(r"\$\{(\w+):-[^}]*\}", r"${\1}", re.sub(r" --bind \S+", "", ours))
        assert set(re.findall(r"--[\w-]+ \S+", ours)) <= set(re.findall(r"--[\w-]+ \S+", unit)), kind


class Site:
    """A running nginx with the portal behind it; ``get`` asks over TLS as a browser would."""

    def __init__(self, folder):
        self.folder = folder
        self.http, self.https = free_port(), free_port()
        (folder / "tls").mkdir()
        write_certificate(folder / "tls")

    def write_nginx(self):
        site = (DEPLOY / "nginx.conf").read_text()
        for there, here in {
            "/etc/portal/tls": f"{self.folder}/tls",
            "/var/log/nginx": str(self.folder),
            "/opt/portal/staticfiles": f"{self.folder}/static",
            "unix:/run": f"unix:{self.folder}",
        }.items():
            assert there in site
            site = site.replace(there, here)
        if not HAS_IPV6:
            site = re.sub(r".*listen \[::\].*\n", "", site)
        site = re.sub(r"\blisten (\[::\]:)?80\b", rf"listen \g<1>{self.http}", site)
        site = re.sub(r"\blisten (\[::\]:)?443\b", rf"listen \g<1>{self.https}", site)
        (self.folder / "site.conf").write_text(site)
        places = "".join(
            f"{kind}_temp_path {self.folder}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;" if os.geteuid() == 0 else ""  # the folder is ours alone
        (self.folder / "nginx.conf").write_text(
            f"daemon off; pid {self.folder}/nginx.pid; error_log {self.folder}/start.log;"
            f"{user} events {{}} http {{ types {{ text/css css; }}\n"
            f"{places} include {self.folder}/site.conf; }}"
        )
        return ["nginx", "-c", str(self.folder / "nginx.conf"), "-e", str(self.folder / "start.log")]

    def connect(self, name=NAME, host="127.0.0.1", source=None):
        trust = ssl.create_default_context(cafile=self.folder / "tls" / "fullchain.pem")
        trust.check_hostname = False
        plain = socket.create_connection((host, self.https), timeout=20, source_address=source)
        connection = http.client.HTTPSConnection(name, self.https)
        try:
            connection.sock = trust.wrap_socket(plain, server_hostname=name)
        except BaseException:
            plain.close()
            raise
        return connection

    def ask(self, path, method="GET", body=None, headers=None, **how):
        """``(status, headers, body)`` of one request."""
        connection = self.connect(**how)
        try:
            connection.request(
                method, path, body, {"Host": NAME, "Accept-Encoding": "gzip"} | (headers or {})
            )
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def write_certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


@pytest.fixture
def site(tmp_path):
    """The portal outside debug, with its own database, behind nginx."""
    site = Site(tmp_path)
    told = environment(
        DEBUG="off",
        SECRET_KEY="x" * 60,
        FIELD_KEYS="x" * 60,
        ALLOWED_HOSTS=f"{NAME},[::1]",
        TRUSTED_PROXIES="1",
        DATABASE_URL=f"sqlite:///{tmp_path}/portal.sqlite3",
        MEDIA_ROOT=str(tmp_path / "media"),
        STATIC_ROOT=str(tmp_path / "static"),
    )
    for command in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"]):
        done = manage(*command, **told)
        assert done.returncode == 0, done.stderr
    web = ["-m", "gunicorn", "config.wsgi", "--bind", f"unix:{tmp_path}/portal-web.sock"]
    with (tmp_path / "web.log").open("w") as log:
        running = [
            subprocess.Popen([sys.executable, *web], cwd=settings.BASE_DIR, env=told, stderr=log),
            subprocess.Popen(site.write_nginx(), stderr=log),
        ]
        try:
            assert until(
                lambda: site.ask("/healthz")[0] == 200 if (tmp_path / "nginx.pid").exists() else False
            )
            yield site
        finally:
            for process in running:
                process.terminate()
                process.wait(timeout=30)


@pytest.mark.nginx
def test_nginx_understands_its_configuration_without_a_warning(tmp_path):
    done = run(*Site(tmp_path).write_nginx(), "-t")
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr
    assert "[emerg]" not in done.stderr


@pytest.mark.tells_fault("F11")
@pytest.mark.nginx
def test_the_portal_behind_nginx(site, tmp_path, report):
    # people are sent to HTTPS, other names nowhere
    plain = http.client.HTTPConnection("127.0.0.1", site.http)
    plain.request("GET", "/deputies/?q=1", headers={"Host": NAME})
    answer = plain.getresponse()
    assert (answer.status, answer.getheader("Location")) == (301, f"https://{NAME}/deputies/?q=1")
    plain.close()
    with pytest.raises(ssl.SSLError):
        site.connect(name="another.example")

    # a page: not compressed, not to be kept by HTTP, with a number
    status, headers, body = site.ask("/deputies/?q=13812340000")
    assert (status, "Content-Encoding" in headers) == (200, False)
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "nginx/" not in headers["Server"]
    number = headers["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{32}", number)

    # its style sheet: compressed beforehand, kept for ever
    style = re.search(rb'href="(/static/[^"]+\.css)"', body)[1].decode()
    status, headers, _body = site.ask(style)
    assert (status, headers["Content-Encoding"], headers["Content-Type"]) == (200, "gzip", "text/css")
    assert "immutable" in headers["Cache-Control"]

    # files people sent lie behind no address
    (tmp_path / "media" / "private").mkdir(parents=True)
    (tmp_path / "media" / "private" / "photo").write_text("secret")
    for path in ("/media/private/photo", "/static/../media/private/photo", "/static../media/private/photo"):
        assert site.ask(path)[0] in (400, 404), path

    # a hundred megabytes are refused before they are read, a little too much in the portal's own words
    start = time.monotonic()
    assert site.ask("/", "POST", headers={"Content-Length": str(100 * 2**20)})[0] == 413
    refused_after = time.monotonic() - start
    assert refused_after < 2
    status, _headers, body = site.ask("/accounts/login/", "POST", body=b"x" * (25 * 2**20 + 1))
    assert status == 413
    assert "25" in body.decode()
    pages = [site.ask("/deputies/")[0] for _reader in range(8)]
    files = [path for path in (tmp_path / "media").rglob("*") if path.is_file()]
    report(
        lost=len(pages) - pages.count(200),
        twice=len(files) - 1,
        status=413,
        refused_after=round(refused_after, 2),
    )

    # how it is doing is told to the office's own monitoring only
    assert site.ask("/readyz")[0] == 503
    assert site.ask("/readyz", source=("127.0.0.2", 0))[0] == 403
    assert site.ask("/", "TRACE")[0] == 405
    if HAS_IPV6:
        assert site.ask("/healthz", host="::1")[0] == 200
        assert site.ask("/", host="::1", headers={"Host": NAME})[0] == 200

    # both logs tell of the page under one number, and nothing of what was asked for
    site.ask("/accounts/password/reset/key/2s-needle/")
    nginx = (tmp_path / "portal.log").read_text()
    portal = (tmp_path / "web.log").read_text()
    assert number in nginx
    lines = [json.loads(line) for line in portal.splitlines() if line.startswith("{")]
    assert [line["path"] for line in lines if line.get("request") == number] == ["/deputies/"]
    for needle in ("13812340000", "needle"):
        assert needle not in nginx + portal
