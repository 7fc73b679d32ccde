"""Everything that can be read, by how much of it there is, and what to put into its address."""

from __future__ import annotations

# What there is of each kind, for the places in the routes' paths.
PLACES = {
    "branch_id": "town-hall",
    "closure_id": "closure-0",
    "colour": "0b5c63",
    "department_id": "citizens",
    "desk_id": "desk-1",
    "device_id": "device-0",
    "key_id": "admin",
    "queue_id": "passports",
    "staff_id": "maria-lopez",
}
A, B = "/api/v1", "/branches/{branch_id}"
# The lists: with more rows they also say more, or else the counts below would prove nothing.
LISTS = frozenset(
    {
        *(A + path for path in ("/branches", "/api-keys", "/me/sign-ins", "/staff", "/organisation/events")),
        *(A + B + f"/{of}" for of in ("layout", "closures", "departments", "desks", "queues")),
        *(A + B + f"/{of}" for of in ("devices", "events", "messages", "quotes", "tickets")),
        *(f"/admin{B}/{of}" for of in ("quotes", "quotes.csv")),
        f"/admin{B}/messages/failed",
        *(A + path for path in ("/desks/{desk_id}/work", "/snapshots", "/reservations")),
        *(f"/admin{path}" for path in ("", "/api-keys", "/log", "/staff", "/staff/new")),
        *(f"/admin{B}/{of}" for of in ("closures", "departments", "desks", "desks/new", "devices", "log")),
        *(f"/admin{B}/{of}" for of in ("queues", "queues/new")),
        *("/account", "/admin/desks/{desk_id}", "/admin/staff/{staff_id}", "/admin/queues/{queue_id}"),
        *("/", "/desk", "/desk/{desk_id}", "/desk/{desk_id}/transfer/{key}", "/desk/{desk_id}/walk-in"),
        *("/overview/{branch_id}", "/admin/devices/{device_id}", "/metrics"),
        *("/stand/{queue_id}", A + "/queues/{queue_id}/stand"),
        *(A + B + f"/{of}" for of in ("absences", "services", "special-days")),
        *(f"/admin{B}/{of}" for of in ("rosters", "services", "services/new", "special-days")),
        *("/admin/rosters/{desk_id}", "/admin/services/{service_id}"),
        *("/agenda/due/{desk_id}", A + "/services/{service_id}/queue", "/smart/locations.ndjson"),
        *("/agenda/{branch_id}", "/book/{branch_id}", "/smart/schedules.ndjson", "/smart/slots.ndjson"),
        *("/department/{department_id}", "/glance/{branch_id}", "/glance/{branch_id}/table.csv"),
    }
)
# One thing, or a page that is the same however much there is.
SINGLE = frozenset(
    {
        *(A + path for path in ("/check", "/organisation", "/me", B, "/closures/{closure_id}")),
        *(A + path for path in ("/departments/{department_id}", "/desks/{desk_id}", "/queues/{queue_id}")),
        *(A + path for path in ("/api-keys/{key_id}", "/devices/{device_id}", "/staff/{staff_id}")),
        *(A + path for path in ("/tickets/{key}", "/tickets/{key}/contact", B + "/message-settings")),
        *(f"/admin{B}/messages", "/stop/{key}"),
        *(
            f"/admin{path}"
            for path in ("/organisation", "/operations", "/branches/new", B, B + "/hours", B + "/screens")
        ),
        *("/q/{queue_id}", "/q/{queue_id}/qr.svg", "/b/{branch_id}", "/b/{branch_id}/qr.svg"),
        *("/worker.js", "/brand/{colour}.css"),
        *(f"/t/{{key}}/{page}" for page in ("show", "data", "app.webmanifest")),
        *(f"/admin/queues/{{queue_id}}/{page}" for page in ("poster", "feedback")),
        f"/admin{B}/poster",
        *(
            A + path
            for path in ("/services/{service_id}", "/services/{service_id}/slots", "/desks/{desk_id}/roster")
        ),
        *(A + path for path in ("/reservations/{reservation_key}", "/standbys/{standby_key}")),
        *(
            f"/r/{{key}}{page}"
            for page in ("", "/calendar.ics", "/cancel", "/coming", "/move", "/qr.svg", "/stop")
        ),
        *("/admin/absences/{absence_id}", "/agenda/{branch_id}/book"),
        *("/agenda/{branch_id}/reservations/{key}", "/s/{key}"),
        *("/book/{branch_id}/{service_id}", "/book/{branch_id}/{service_id}/standby"),
        *(
            *(f"/admin{B}/holidays", f"/admin{B}/closures/import", "/admin/rosters/{desk_id}/import"),
            "/admin/reads",
            A + "/record-reads",
            "/$bulk-publish",
            "/stand/{queue_id}/party/{key}",
        ),
        *("/my/forgot", "/my/sign-in", "/t/{key}/postpone"),
        *("/stand", "/kiosk", "/display", "/sign-in", "/t/{key}", "/t/{key}/qr.svg", "/healthz", "/readyz"),
    }
)
ELSEWHERE = {
    A + "/streams": "never ends; its first messages are those of /snapshots",
    "/first-run": "is there only as long as the house is empty",
    "/overview": "leads on to the overview of a branch",
    "/agenda": "leads on to the agenda of a branch",
    "/my/register": "is there only where e-mail can be sent",
    "/t/{key}/contact": "leads back where the queue asks for none",
    "/t/{key}/party-size": "leads back where the queue asks for none",
    **dict.fromkeys(
        ("/my", A + "/accounts/me", A + "/accounts/me/reservations"), "asks for a guest's own sign-in"
    ),
    **dict.fromkeys(
        ("/my/reset/{secret}", "/my/verify/{secret}", "/r/{key}/verify/{proof}", "/calendar/{name}"),
        "asks for a secret of its own",
    ),
    **dict.fromkeys(
        (
            *(A + B + "/seat-maps", A + "/door-keys", A + "/bookings/{booking_key}"),
            *(A + f"/seat-maps/{{seat_map_id}}{path}" for path in ("", "/pretix.json", "/seats.csv")),
            *(
                A + f"/performances/{{performance_id}}/{path}"
                for path in ("seats", "seats/taken", "door-list")
            ),
            *(A + "/seat-standbys/{seat_standby_key}", A + "/holds/{hold_key}"),
        ),
        "there are no seats in a town hall (tests/web/test_seats_api.py)",
    ),
    **dict.fromkeys(
        (
            *(A + B + "/shows", A + "/performances/{performance_id}"),
            *(A + f"/shows/{{show_id}}{path}" for path in ("", "/performances", "/lobbies")),
            *(A + f"/performances/{{performance_id}}/{path}" for path in ("live", "lobby", "draw")),
        ),
        "there are no shows in a town hall (tests/web/test_shows_api.py, test_lobby_api.py)",
    ),
    **dict.fromkeys(
        (
            *(f"/admin{B}/{of}" for of in ("shows", "shows/new", "seat-maps", "seat-maps/draw")),
            *("/admin/shows/{show_id}", "/admin/performances/{performance_id}"),
            *("/admin/seat-maps/{seat_map_id}/edit", "/organiser/{performance_id}"),
        ),
        "there are no shows in a town hall (tests/web/test_organiser_pages.py, test_seat_editor.py)",
    ),
    **dict.fromkeys(
        (
            *("/shows/{branch_id}", "/on-sale/{performance_id}", "/on-sale/{performance_id}/draw.json"),
            "/on-sale/place/{key}",
            *(
                *("/on-sale/place/{key}/seats", "/on-sale/place/{key}/website"),
                "/on-sale/{performance_id}/waiting-list",
                *(f"/booked/{{key}}{page}" for page in ("", "/cancel", "/hand-on", "/data", "/data.json")),
                *("/booked/{key}/calendar.ics", "/booked/{key}/{nth}/qr.svg"),
            ),
            *("/door/{performance_id}", "/seat-standby/{key}"),
        ),
        "there are no shows in a town hall (tests/web/test_show_pages.py, test_door_page.py)",
    ),
    **dict.fromkeys(
        (
            *(f"/clinic/records/{{record_id}}{page}" for page in ("", "/data", "/data.json")),
            *("/clinic/{branch_id}/records", "/desk/{desk_id}/clinic"),
            *(A + f"/records/{{record_id}}{path}" for path in ("", "/consultations", "/data")),
            *(A + B + "/consultations", A + "/tickets/{key}/visit"),
        ),
        "asks for a clinician, and writes who has read",
    ),
}
# Where another thing than in PLACES is meant: only a queue that calls by itself has a stand.
THERE = {
    "/stand/{queue_id}": {"queue_id": "tables"},
    A + "/queues/{queue_id}/stand": {"queue_id": "tables"},
    "/stand/{queue_id}/party/{key}": {"queue_id": "tables"},
}
TOPICS = ("overview:town-hall", "display:town-hall", "kiosk:town-hall", "desk:desk-1", "stand:tables")
QUERIES = {
    A + "/snapshots": "?" + "&".join(f"topic={topic}" for topic in TOPICS),
    A + "/services/{service_id}/slots": "?from=2031-01-01T00:00:00Z&to=2031-01-08T00:00:00Z",
    "/desk": "?all",
    "/stand": "?all",
    "/kiosk": "?branch=town-hall",
    "/display": "?branch=town-hall",
}
STRANGERS = {"/sign-in"}
