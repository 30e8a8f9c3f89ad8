"""What scripts of our pages ask about who is signed in."""

from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_GET


@require_GET
def stay(request):
    """Asking is a step like any other, so it keeps the session; who is no longer signed in is sent to sign in."""
    return JsonResponse({"who": str(request.user.pk), "token": get_token(request)})
