from django.urls import path

from .views import page, reading

app_name = "proposals"
READING = [
    path("suggestions/", reading.suggestion_list, name="list"),
    path("suggestions/<int:pk>/", page.detail, name="detail"),
    path("suggestions/topics/<int:pk>/", reading.detail, name="topic"),
    path("suggestions/commitments/<int:pk>/", reading.detail, name="commitment"),
    path("suggestions/key-items/<int:pk>/", reading.detail, name="key-item"),
    path("suggestions/letters/<int:pk>/", reading.detail, name="letter"),
]
MINE = [
    path("my/suggestions/rate/<int:pk>/", reading.detail, name="rate"),
]
UNIT = [
    path("my/unit/", reading.suggestion_list, name="unit"),
]
FIGURES = []
urlpatterns = [*READING, *MINE, *UNIT, *FIGURES]
