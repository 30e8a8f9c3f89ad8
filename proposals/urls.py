from django.urls import path

from .views import figures, filing, handling, letters, mine, page, papers, reading, unit

app_name = "proposals"
READING = [
    path("suggestions/", reading.suggestion_list, name="list"),
    path("suggestions/<int:pk>/", page.detail, name="detail"),
    path("suggestions/files/<int:pk>/", reading.file, name="file"),
    path("suggestions/letters/files/<int:pk>/", reading.reply_file, name="reply-file"),
    path("suggestions/commitments/", reading.commitments, name="commitments"),
    path("suggestions/commitments/<int:pk>/", reading.commitment, name="commitment"),
    path(
        "suggestions/commitments/pictures/<int:pk>/<int:stored_pk>/<slug:size>/",
        reading.progress_picture,
        name="progress-picture",
    ),
    path("suggestions/key-items/", reading.key_items, name="key-items"),
    path("suggestions/key-items/<int:pk>/", reading.key_item, name="key-item"),
    path("suggestions/topics/", reading.topics, name="topics"),
    path("suggestions/topics/<int:pk>/", reading.topic, name="topic"),
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
    path("my/unit/", unit.board, name="unit"),
    path("my/unit/topics/", unit.topics, name="unit-topics"),
    path("my/unit/<int:pk>/sign/", handling.sign, name="sign"),
    path("my/unit/<int:pk>/hand-back/", handling.hand_back, name="hand-back"),
    path("my/unit/<int:pk>/extend/", handling.extend, name="extend"),
    path("my/unit/<int:pk>/consult/", handling.consult, name="consult"),
    path("my/unit/<int:pk>/keep/", handling.keep, name="keep"),
    path("my/unit/<int:pk>/replace/", handling.replace, name="replace"),
    path("my/unit/<int:pk>/urge/", handling.urge, name="urge"),
    path("my/unit/<int:pk>/write/", letters.write, name="write"),
    path("my/unit/<int:pk>/second/", letters.second, name="second"),
    path("my/unit/letters/<int:pk>/present/", letters.present, name="present"),
    path("my/unit/letters/<int:pk>/promise/", letters.promise, name="promise"),
    path("my/unit/letters/<int:pk>/file/", letters.enclose, name="letter-file"),
    path("my/unit/letters/files/<int:pk>/remove/", letters.enclosure_remove, name="letter-file-remove"),
    path("my/unit/letters/<int:pk>/sign/", letters.sign, name="letter-sign"),
    path("my/unit/letters/<int:pk>/send-back/", letters.send_back, name="letter-send-back"),
    path("my/unit/letters/<int:pk>/correct/", letters.correct, name="letter-correct"),
    path("my/unit/commitments/<int:pk>/remove/", letters.promise_remove, name="promise-remove"),
    path("my/unit/commitments/<int:pk>/progress/", handling.progress, name="progress"),
    path("my/unit/commitments/<int:pk>/report/", handling.report, name="report"),
    path("suggestions/letters/<int:pk>/", letters.read, name="letter"),
    path("suggestions/letters/<int:pk>/word/", letters.read_word, name="letter-word"),
]
FIGURES = [
    path("suggestions/figures/", figures.figures, name="figures"),
    path("suggestions/figures/list/", figures.figure_list, name="figure-list"),
    path("suggestions/committees/<int:pk>/", figures.committee, name="committee"),
    path("overview/suggestions/", figures.overview_page, name="overview"),
    path("suggestions/report/<int:year>/", figures.yearly_report, name="yearly-report"),
    path("suggestions/report/<int:year>/word/", figures.yearly_report_word, name="yearly-report-word"),
]
PAPERS = [
    path("suggestions/<int:pk>/papers/", papers.index, name="papers"),
    path("suggestions/papers/<slug:kind>/<int:pk>/", papers.paper, name="paper"),
    path("suggestions/commitments/paper/", papers.promises, name="promises-paper"),
]
urlpatterns = [*READING, *MINE, *UNIT, *FIGURES, *PAPERS]
