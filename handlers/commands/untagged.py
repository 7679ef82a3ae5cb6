"""/cost untagged [tag] [period]: how much of the bill carries no value for a tag."""

from dataclasses import replace

from cards.views.untagged import untagged
from domain.errors import UserError
from domain.query import Dimension
from handlers import asking, replies
from handlers.grammar import owner_tag, scope, with_compare
from handlers.kinds import Answer, Command, Context

_NO_OWNER = (
    "The bill has no tag that says whose cost it is. Name a tag, or set COSTBOT_OWNER_TAGS; "
    "without any tags, activate cost allocation tags in AWS."
)


async def run(context: Context, words: str) -> Answer:
    vocabulary = context.use.lake.vocabulary()
    first, _, rest = words.partition(" ")
    named = first.lower().removeprefix("tag:")
    key = next((key for key in vocabulary.tag_keys if key.lower() == named), None)
    if key is None:
        rest, key = words, owner_tag(vocabulary, context.use.owner_tags)
    if key is None:
        raise UserError(_NO_OWNER, tuple(f"untagged {key}" for key in vocabulary.tag_keys[:3]))
    asked = replies.understand(context, rest)
    if asked.compare is not None:
        raise UserError(
            "The untagged share is asked for one period at a time.",
            (f"untagged {key} {with_compare(asked, None)}",),
        )
    query = replace(asked.query, group_by=asked.query.group_by or (Dimension("service"),))
    asked = replace(asked, query=query)
    share, table = await asking.untagged(context.use.lake, replies.bounded(asked.query), key)
    card = untagged(
        share,
        table,
        replies.provenance(context, table.query),
        replies.names(context),
        replies.buttons(context, asked, f"untagged {key}", tag=key),
        replies.remark(context, asked, table),
        scope(asked, replies.names(context)),
    )
    return Answer(card, table, replies.settled(context))


COMMAND = Command(
    name="untagged",
    summary="How much of the bill carries no value for a tag",
    usage=("untagged [tag] [period] [where …]",),
    examples=("untagged team mtd", "untagged env last month", "untagged"),
    run=run,
)
