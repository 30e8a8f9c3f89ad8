from django.urls import path

from . import views

app_name = "deputies"
urlpatterns = [
    path("deputies/", views.deputy_list, name="list"),
    path("deputies/<int:pk>/", views.detail, name="detail"),
    path("deputies/<int:pk>/photo/<slug:size>/", views.photo, name="photo"),
    path("deputies/groups/", views.groups, name="groups"),
    path("deputies/groups/<int:pk>/", views.group, name="group"),
    path("deputies/committees/<int:pk>/", views.committee, name="committee"),
    path("my/messages/on/", views.citizens_write, {"wanted": True}, name="messages-on"),
    path("my/messages/off/", views.citizens_write, {"wanted": False}, name="messages-off"),
    path("my/consents/<slug:kind>/give/", views.consent, {"verb": "give"}, name="consent-give"),
    path("my/consents/<slug:kind>/withdraw/", views.consent, {"verb": "withdraw"}, name="consent-withdraw"),
    path("my/corrections/ask/", views.ask_correction, name="correction-ask"),
    path("my/corrections/<int:pk>/withdraw/", views.withdraw_correction, name="correction-withdraw"),
    path("my/corrections/<int:pk>/evidence/", views.evidence, name="correction-evidence"),
]
