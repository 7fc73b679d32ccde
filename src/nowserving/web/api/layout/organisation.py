"""The house itself."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from nowserving.actions.layout.organisation import edit_organisation, edition_of
from nowserving.domain.layout.branch import Organisation
from nowserving.store import layout
from nowserving.web.house import house_of
from nowserving.web.wire.resource import READERS, Envelope, Expected, Form, Head, Text, Texts, etag, resource
from nowserving.web.wire.shapes import OrganisationShape, organisation_json

router = resource("organisation")


class OrganisationEdit(Form):
    """What changes in the organisation."""

    name: Text = None
    accent: Text = None
    languages: Texts = None


@router.get(
    "/organisation",
    operation_id="getOrganisation",
    dependencies=READERS,
    response_model=Envelope[OrganisationShape],
)
async def one(request: Request, response: Response) -> Any:
    """Return the organisation: its name, its accent colour, the languages it offers."""
    found = await house_of(request).store.read(layout.organisation)
    return _answer(response, found)


@router.patch("/organisation", operation_id="editOrganisation", response_model=Envelope[OrganisationShape])
async def edit(
    request: Request, response: Response, *, principal: Head, form: OrganisationEdit, expected: Expected
) -> Any:
    """Change the organisation. An accent colour must be dark enough for white words (4.5 to 1)."""
    after = await house_of(request).store.write(
        edit_organisation, actor=principal.actor, changes=form.given(), expected=expected
    )
    return _answer(response, after)


def _answer(response: Response, organisation: Organisation) -> dict[str, Any]:
    response.headers.update(etag(edition_of(organisation)))
    return {"data": organisation_json(organisation)}
