"""What has become of a branch's messages: those that failed, another try, and a test."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from nowserving.actions.messages.settling import retry_message
from nowserving.domain.instants import DAY_US
from nowserving.domain.messages.kinds import MessageState
from nowserving.errors import N_, AppError
from nowserving.store.messages.settings import counts_in, messages_in
from nowserving.web.forms.form_state import FormState, refused
from nowserving.web.forms.forms import form_of
from nowserving.web.house import house_of
from nowserving.web.looks.flash import go_to
from nowserving.web.pages.admin.frame import Admin, admin_page, branch_of_page
from nowserving.web.pages.admin.messages.settings import KIND_WORDS, settings_page
from nowserving.web.trying import try_channel

router = APIRouter(include_in_schema=False)

_MOST = 100
REASONS = {
    "timeout": N_("The provider did not answer in time."),
    "unreachable": N_("The provider can't be reached."),
    "refused": N_("The provider has refused it."),
    "no_channel": N_("There is no channel that leads to this guest."),
    "sms_limit": N_("The day's limit of text messages was reached."),
    "smtp_sign_in": N_("The mail server does not take our account."),
    "bad_address": N_("The address can't be used."),
    "fault": N_("Something went wrong on our side."),
    "push": N_("The push service does not take it."),
    "smtp": N_("The mail server has refused it."),
    "": N_("It is not known why."),
}
STAFF_WORDS = {
    "first_in_line": N_("Alert: somebody waits"),
    "device_fault": N_("Alert: a device's fault"),
    "failures": N_("Alert: messages fail"),
}


def reason_words(reason: str) -> tuple[str, str]:
    """Return the words for why a message failed, to be translated, and the provider's number or ""."""
    family, _, number = reason.partition("_")
    words = REASONS.get(reason) or REASONS.get(family) or REASONS[""]
    return words, number if number.isdigit() else ""


@router.get("/admin/branches/{branch_id}/messages/failed")
async def failed(request: Request, principal: Admin, branch_id: str) -> Response:
    """Show what could not be delivered."""
    branch = await branch_of_page(request, principal, branch_id)
    store = house_of(request).store
    return await admin_page(
        request,
        principal,
        "admin/messages_failed.html",
        section="messages",
        form=FormState(),
        branch=branch,
        failed=await store.read(messages_in, branch.id, MessageState.FAILED, _MOST),
        counts=await store.read(counts_in, branch.id, store.clock() - DAY_US),
        kinds={**KIND_WORDS, **STAFF_WORDS},
        reason_words=reason_words,
    )


@router.post("/admin/branches/{branch_id}/messages/{message_id}/retry")
async def retry(request: Request, principal: Admin, branch_id: str, message_id: str) -> Response:
    """Try a failed message again."""
    await branch_of_page(request, principal, branch_id)
    await house_of(request).store.write(
        retry_message, actor=principal.actor, branch_id=branch_id, message_id=message_id
    )
    return go_to(request, f"/admin/branches/{branch_id}/messages/failed", "message_again")


@router.post("/admin/branches/{branch_id}/messages/test")
async def test(request: Request, principal: Admin, branch_id: str) -> Response:
    """Send one letter, and say how it ended."""
    form = await form_of(request)
    house = house_of(request)
    branch = await branch_of_page(request, principal, branch_id)
    try:
        # As seldom as pairing a device: each may cost money.
        await house.limits.check("pairing", f"trial:{principal.actor}")
        tried = await try_channel(house, branch, form.get("channel", ""), form.get("to", ""))
    except AppError as error:
        return await settings_page(request, principal, branch, refused(request, form, error))
    return await settings_page(request, principal, branch, None, tried)
