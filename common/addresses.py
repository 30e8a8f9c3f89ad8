"""Where a request comes from."""

import ipaddress

from django.conf import settings


def client_address(request):
    """The visitor's address; forwarded ones are believed only from as many proxies of our own as are configured."""
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = [
        part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()
    ]
    if proxies and len(forwarded) >= proxies:
        return forwarded[-proxies]
    return request.META.get("REMOTE_ADDR")


def may_reach_staff_area(request) -> bool:
    """Whether a request comes from where staff work (R-23); from anywhere while no network is named."""
    if not settings.STAFF_NETWORKS:
        return True
    try:
        address = ipaddress.ip_address(client_address(request) or "")
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in settings.STAFF_NETWORKS)
