"""Queues in the back office: the list with its order and pauses, and one queue with all its rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.actions.layout.queues import (
    archive_queue,
    create_queue,
    edit_queue,
    order_queues,
    pause_queue,
    resume_queue,
)
from nowserving.domain.layout.branch import Queue
from nowserving.domain.people.roles import Principal
from nowserving.errors import AppError
from nowserving.store import layout
from nowserving.web.finding import in_use
from nowserving.web.forms.form_state import FormState, number, refused
from nowserving.web.forms.forms import form_of
from nowserving.web.forms.queue_form import changes_from, field_of, fields_of, rows_shown
from nowserving.web.house import house_of
from nowserving.web.looks.flash import go_to
from nowserving.web.pages.admin.frame import Admin, admin_page, branch_of_page

router = APIRouter(include_in_schema=False)

# Pictures for a kiosk's cards, in the order in which they are offered.
ICONS = tuple(
    (
        "ticket id-card building-2 house landmark file-text clipboard-list scroll-text banknote receipt "
        "hand-coins car bus map-pin baby heart-pulse stethoscope syringe pill hospital graduation-cap "
        "briefcase scale shopping-bag package utensils wrench phone mail calendar-check users user "
        "accessibility star flag circle-question-mark info"
    ).split()
)


@router.get("/admin/branches/{branch_id}/queues")
async def index(request: Request, principal: Admin, branch_id: str) -> Response:
    """Show the queues of a branch in their order."""
    return await _index(request, principal, branch_id, FormState())


async def _index(request: Request, principal: Principal, branch_id: str, form: FormState) -> Response:
    branch = await branch_of_page(request, principal, branch_id)
    store = house_of(request).store
    return await admin_page(
        request,
        principal,
        "admin/queues.html",
        section="queues",
        form=form,
        branch=branch,
        queues=await store.read(layout.counters, branch_id),
        departments={one.id: one.name for one in await store.read(layout.departments, branch_id)},
    )


@router.post("/admin/branches/{branch_id}/queues/order")
async def order(request: Request, principal: Admin, branch_id: str) -> Response:
    """Move one queue up or down in the list."""
    form = await form_of(request)
    store = house_of(request).store
    await branch_of_page(request, principal, branch_id)
    ids = moved(await store.read(layout.queues, branch_id), form.get("move", ""), form.get("way", ""))
    await store.write(order_queues, actor=principal.actor, branch_id=branch_id, queue_ids=ids)
    return go_to(request, f"/admin/branches/{branch_id}/queues")


def moved(rows: Sequence[Any], one: str, way: str) -> list[str]:
    """Return the ids of rows with one of them a place further up or down."""
    ids = [row.id for row in rows]
    if one in ids:
        place = ids.index(one)
        there = max(0, min(len(ids) - 1, place + (-1 if way == "up" else 1)))
        ids.insert(there, ids.pop(place))
    return ids


@router.get("/admin/branches/{branch_id}/queues/new")
async def new(request: Request, principal: Admin, branch_id: str) -> Response:
    """Show the form of a new queue."""
    return await _form(request, principal, branch_id, None, FormState(fields_of(None)))


@router.post("/admin/branches/{branch_id}/queues/new")
async def add(request: Request, principal: Admin, branch_id: str) -> Response:
    """Add a queue at the end of the list."""
    form = await form_of(request)
    await branch_of_page(request, principal, branch_id)
    try:
        await house_of(request).store.write(
            create_queue, actor=principal.actor, branch_id=branch_id, **changes_from(form)
        )
    except AppError as error:
        state = refused(request, form, error, lambda name: field_of(form, name))
        return await _form(request, principal, branch_id, None, state)
    return go_to(request, f"/admin/branches/{branch_id}/queues", "created")


@router.get("/admin/queues/{queue_id}")
async def one(request: Request, principal: Admin, queue_id: str) -> Response:
    """Show a queue with its rules."""
    queue = await in_use(house_of(request), principal, layout.queue, queue_id)
    return await _form(request, principal, queue.branch_id, queue, FormState(fields_of(queue)))


@router.post("/admin/queues/{queue_id}")
async def save(request: Request, principal: Admin, queue_id: str) -> Response:
    """Change a queue."""
    form = await form_of(request)
    queue = await in_use(house_of(request), principal, layout.queue, queue_id)
    try:
        await house_of(request).store.write(
            edit_queue,
            actor=principal.actor,
            queue_id=queue_id,
            changes=changes_from(form),
            expected=number(form.get("edited")),
        )
    except AppError as error:
        state = refused(request, form, error, lambda name: field_of(form, name))
        return await _form(request, principal, queue.branch_id, queue, state)
    return go_to(request, f"/admin/branches/{queue.branch_id}/queues", "saved")


@router.post("/admin/queues/{queue_id}/pause")
async def pause(request: Request, principal: Admin, queue_id: str) -> Response:
    """Let nobody join for a while."""
    return await _carry_out(pause_queue, "paused", request, principal, queue_id)


@router.post("/admin/queues/{queue_id}/resume")
async def resume(request: Request, principal: Admin, queue_id: str) -> Response:
    """Let people join again."""
    return await _carry_out(resume_queue, "resumed", request, principal, queue_id)


async def _carry_out(
    verb: Callable[..., Queue], said: str, request: Request, principal: Principal, queue_id: str
) -> Response:
    queue = await in_use(house_of(request), principal, layout.queue, queue_id)
    try:
        await house_of(request).store.write(verb, actor=principal.actor, queue_id=queue_id)
    except AppError as error:
        return await _index(request, principal, queue.branch_id, refused(request, {}, error))
    return go_to(request, f"/admin/branches/{queue.branch_id}/queues", said)


@router.post("/admin/queues/{queue_id}/archive")
async def archive(request: Request, principal: Admin, queue_id: str) -> Response:
    """Close a queue for good; the form says what becomes of those who wait."""
    form = await form_of(request)
    queue = await in_use(house_of(request), principal, layout.queue, queue_id)
    try:
        await house_of(request).store.write(
            archive_queue, actor=principal.actor, queue_id=queue_id, waiting=form.get("waiting") or None
        )
    except AppError as error:
        state = refused(request, fields_of(queue), error)
        return await _form(request, principal, queue.branch_id, queue, state)
    return go_to(request, f"/admin/branches/{queue.branch_id}/queues", "archived")


async def _form(
    request: Request, principal: Principal, branch_id: str, queue: Queue | None, form: FormState
) -> Response:
    branch = await branch_of_page(request, principal, branch_id)
    found = await house_of(request).store.read(layout.layout, branch_id)
    return await admin_page(
        request,
        principal,
        "admin/queue.html",
        section="queues",
        form=form,
        branch=branch,
        layout=found,
        queue=queue,
        icons=ICONS,
        fewer_fit=_fewer_fit(queue),
        **rows_shown(form.values),
    )


def _fewer_fit(queue: Queue | None) -> int | None:
    """Return the largest party that guests may join with, where that is less than the rules say."""
    if queue is None or queue.rules.largest_party == queue.rules.max_party:
        return None
    return queue.rules.largest_party
