from django.urls import path

from .views import filing, mine, page, reading

app_name = "proposals"
READING = [
    path("suggestions/", reading.suggestion_list, name="list"),
    path("suggestions/<int:pk>/", page.detail, name="detail"),
    path("suggestions/files/<int:pk>/", reading.detail, name="file"),
    path("suggestions/topics/<int:pk>/", reading.detail, name="topic"),
    path("suggestions/commitments/<int:pk>/", reading.detail, name="commitment"),
    path("suggestions/key-items/<int:pk>/", reading.detail, name="key-item"),
    path("suggestions/letters/<int:pk>/", reading.detail, name="letter"),
]
MINE = [
    path("my/suggestions/", mine.mine, name="mine"),
    path("my/suggestions/new/", filing.new, name="new"),
    path("my/suggestions/similar/", filing.similar, name="similar"),
    path("my/suggestions/<int:pk>/edit/", filing.edit, name="edit"),
    path("my/suggestions/<int:pk>/autosave/", filing.autosave, name="autosave"),
    path("my/suggestions/<int:pk>/files/", filing.file_add, name="file-add"),
    path("my/suggestions/files/<int:pk>/remove/", filing.file_remove, name="file-remove"),
    path("my/suggestions/<int:pk>/discard/", filing.discard, name="discard"),
    path("my/suggestions/<int:pk>/invite/", filing.invite, name="invite"),
    path("my/suggestions/<int:pk>/submit/", filing.submit, name="submit"),
    path("my/suggestions/<int:pk>/withdraw/", filing.withdraw, name="withdraw"),
    path("my/suggestions/cosign/<int:pk>/", mine.cosign, name="cosign"),
    path("my/suggestions/rate/<int:pk>/", mine.rate, name="rate"),
    path("my/commitments/<int:pk>/verify/", mine.look, {"verb": "verify"}, name="verify"),
    path("my/commitments/<int:pk>/doubt/", mine.look, {"verb": "doubt"}, name="doubt"),
    path("my/topics/<int:pk>/claim/", mine.topic_claim, name="topic-claim"),
    path("my/topics/claims/<int:pk>/research/", mine.claim_research, name="claim-research"),
    path("my/topics/claims/<int:pk>/release/", mine.claim_release, name="claim-release"),
]
UNIT = [
    path("my/unit/", reading.suggestion_list, name="unit"),
]
FIGURES = []
urlpatterns = [*READING, *MINE, *UNIT, *FIGURES]
