"""The checks of live data in the words of whoever runs the house."""

from __future__ import annotations

from collections.abc import Mapping

from nowserving.errors import N_

# What is true while nothing is wrong, by the name of the check (store/care/checks.py).
LAWS: Mapping[str, str] = {
    "one ticket, one desk": N_("No ticket is at two desks, and no desk has two tickets."),
    "numbers without gaps": N_("Every number of a day was given once, and none was left out."),
    "waiting counters": N_("The screens count exactly the people who wait."),
    "one open stay": N_("Everybody is in one place at a time."),
    "stays without gaps": N_("For every minute of a visit it is known where the guest was."),
    "ends": N_("Who has gone is in no line, and who is in a line has not gone."),
    "versions without gaps": N_("No entry of the log is missing."),
    "deadlines": N_("Nobody waits for a time limit that is over."),
    "tickets as told": N_("The tickets are what the log says about them."),
    "order of calls": N_("Everybody was called in turn, or the log says who decided otherwise."),
    "covers": N_("No rule let in more than fit, and nobody waits beside free seats."),
    "messages": N_("Every message tells of something that happened."),
    "promises": N_("No time was promised to more people than there was room for."),
    "seats": N_("No seat is sold or held twice, and whoever booked a seat has it."),
    "passes": N_("Whoever chose seats had a pass, and no pass is good any more once its guest has gone."),
}
