"""Addresses of stations: what the public reads, what deputies and station staff do, what departments report."""

app_name = "stations"
PUBLIC: list = []  # stations, near me, posters, stars
RECEPTIONS: list = []  # calendar, feeds, check-in, the day itself
CITIZENS: list = []  # leave an opinion, follow it, read what was answered
OPINIONS: list = []  # /my/opinions/ and orders of departments
PLANS: list = []  # yearly plans, events, coverage
STARS: list = []  # reviews, gaps, league table
urlpatterns = [*PUBLIC, *RECEPTIONS, *CITIZENS, *OPINIONS, *PLANS, *STARS]
