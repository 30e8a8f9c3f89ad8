import datetime as dt
import http.client
import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from notices import outgoing
from notices.failures import Failure, Reason

MESSAGE = {"msgtype": "text", "text": {"content": "有新的事项"}}


def failure_of(url):
    with pytest.raises(Failure) as failed:
        outgoing.post_json(url, MESSAGE)
    return failed.value.reason, failed.value.code


def test_a_message_arrives_as_json_and_the_answer_comes_back(service):
    assert outgoing.post_json(service.url, MESSAGE) == b'{"errcode": 0, "errmsg": "ok"}'
    assert service.messages == [MESSAGE]
    (headers,) = service.headers
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["Host"] == service.url.split("/")[2]


def test_an_answer_in_chunks_is_read(service):
    def answer(handler):
        handler.protocol_version = "HTTP/1.1"
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b'5\r\n{"a":\r\n3\r\n 1}\r\n0\r\n\r\n')

    service.answer = answer
    assert outgoing.post_json(service.url, MESSAGE) == b'{"a": 1}'


@pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
def test_an_error_of_the_service_is_a_refusal_with_its_number(status, service):
    service.answer = service.says(b"", status)
    assert failure_of(service.url) == (Reason.REFUSED, str(status))


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(status, service):
    service.answer = service.says(b"", status, Location=service.url)
    assert failure_of(service.url) == (Reason.REDIRECTED, str(status))
    assert len(service.messages) == 1


def test_a_service_that_never_answers_costs_five_seconds(service, monkeypatch):
    monkeypatch.setattr(outgoing, "SECONDS", 1)
    service.answer = service.never
    start = time.monotonic()
    with pytest.raises(TimeoutError):
        outgoing.post_json(service.url, MESSAGE)
    assert 0.9 < time.monotonic() - start < 2


def test_a_service_that_answers_drop_by_drop_costs_no_more(service, monkeypatch):
    monkeypatch.setattr(outgoing, "SECONDS", 2)
    service.answer = service.drops
    start = time.monotonic()
    with pytest.raises(TimeoutError):
        outgoing.post_json(service.url, MESSAGE)
    assert time.monotonic() - start < 3


def test_an_endless_answer_is_cut_off(service):
    service.answer = service.forever
    start = time.monotonic()
    assert failure_of(service.url) == (Reason.TOO_LONG, "")
    assert time.monotonic() - start < outgoing.SECONDS


def test_endless_headings_are_cut_off(service):
    def answer(handler):
        handler.send_response(200)
        for number in range(90):
            handler.send_header(f"X-{number}", "x" * 2000)
        handler.end_headers()

    service.answer = answer
    assert failure_of(service.url) == (Reason.TOO_LONG, "")


def test_what_is_no_http_is_not_understood():
    """A service of another kind behind the port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet():
            sock, _address = server.accept()
            with sock:
                sock.sendall(b"220 mail.example ESMTP\r\n")
                sock.recv(65536)

        threading.Thread(target=greet, daemon=True).start()
        with pytest.raises(http.client.HTTPException):
            outgoing.post_json(f"http://127.0.0.1:{server.getsockname()[1]}/", MESSAGE)


@pytest.fixture(autouse=True)
def stand_in_allowed(settings):
    settings.WEBHOOK_LOOPBACK = True


def test_nobody_at_the_door_is_an_unreachable_service():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        outgoing.post_json(f"http://127.0.0.1:{port}/", MESSAGE)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "qyapi.weixin.qq.com/send",
        "http://qyapi.weixin.qq.com/send",
        "ftp://qyapi.weixin.qq.com/send",
        "https://qyapi.weixin.qq.com:8443/send",
        "https://qyapi.weixin.qq.com:x/send",
        "https://user:pass@qyapi.weixin.qq.com/send",
        "https://qyapi.weixin.qq.com@evil.example/send",
        "https://qyapi.weixin.qq.com.evil.example/send",
        "https://qyapi.weixin.qq.com\\@evil.example/send",
        "https://evil.example/?https://qyapi.weixin.qq.com/",
        "https://qyapi.weixin.qq.com/send?key=1\r\nHost: evil.example",
        "https://qyapi.weixin.qq.com/路",
        "https://127.0.0.1/send",
        "https://[::1]/send",
        "https://10.0.0.1/send",
        "http://localhost/send",
        "http://[::1]/send",
        "http://127.0.0.1.nip.io/",
        "http://127.1/send",
        "//qyapi.weixin.qq.com/send",
        "https://[qyapi.weixin.qq.com/send",
    ],
)
def test_only_https_to_a_host_on_the_list_is_called(url):
    with pytest.raises(Failure) as failed:
        outgoing.split(url)
    assert failed.value.reason == Reason.FORBIDDEN


@pytest.mark.parametrize("host", ["qyapi.weixin.qq.com", "oapi.dingtalk.com", "open.feishu.cn"])
def test_the_three_products_are_on_the_list(host):
    assert outgoing.split(f"https://{host}/robot/send?access_token=1").hostname == host
    assert outgoing.split(f"https://{host.upper()}:443/").hostname == host


def test_this_very_machine_is_called_only_where_a_setting_of_debug_says_so(settings, service):
    settings.WEBHOOK_LOOPBACK = False
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    assert failure_of(service.url) == (Reason.FORBIDDEN, "")
    assert service.messages == []


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.1.1", "224.0.0.1", "0.0.0.0"]
)
def test_a_listed_name_that_leads_into_the_office_s_own_network_is_not_called(host, settings):
    settings.WEBHOOK_HOSTS = [host]
    assert failure_of(f"https://{host}/send") == (Reason.FORBIDDEN, "")


@pytest.mark.parametrize("host", ["::1", "::ffff:127.0.0.1", "fe80::1", "fd00::1"])
def test_nor_by_its_newer_addresses(host, settings):
    settings.WEBHOOK_HOSTS = [host]
    assert failure_of(f"https://[{host}]/send") == (Reason.FORBIDDEN, "")


def test_a_name_that_does_not_exist_is_an_unreachable_service(settings):
    settings.WEBHOOK_HOSTS = ["no-such-host.invalid"]
    with pytest.raises(socket.gaierror):
        outgoing.post_json("https://no-such-host.invalid/", MESSAGE)


@contextmanager
def secure_service(certificate):
    """A server on this machine with this certificate; the address where it is."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet():
            sock, _address = server.accept()
            with sock, suppress(OSError):  # the portal did not trust it
                context.wrap_socket(sock, server_side=True).close()

        thread = threading.Thread(target=greet)
        thread.start()
        yield server.getsockname()
        thread.join(5)


@pytest.fixture
def certificate(tmp_path):
    """For chat.example, made by nobody a browser knows."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "chat.example")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("chat.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def connect(address, host="chat.example"):
    parts = urlsplit(f"https://{host}/send")
    return outgoing._connect(parts, [address], time.monotonic() + outgoing.SECONDS)


def test_a_certificate_nobody_vouches_for_is_no_secure_connection(certificate):
    with secure_service(certificate) as address, pytest.raises(ssl.SSLCertVerificationError):
        connect(address)


def test_a_certificate_of_another_name_is_no_secure_connection(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with secure_service(certificate) as address, pytest.raises(ssl.SSLCertVerificationError):
        connect(address, "qyapi.weixin.qq.com")


def test_a_good_certificate_is(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with secure_service(certificate) as address, connect(address) as sock:
        assert sock.version() in ("TLSv1.2", "TLSv1.3")


def test_the_first_address_that_answers_is_taken(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with socket.create_server(("127.0.0.1", 0)) as server:
        silent = server.getsockname()
    with secure_service(certificate) as address:
        parts = urlsplit("https://chat.example/send")
        outgoing._connect(parts, [silent, address], time.monotonic() + outgoing.SECONDS).close()
