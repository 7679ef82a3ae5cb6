"""The router: words or a click in, an answer out, whatever happens in between."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from cards.model import Action
from cards.views import problem
from domain.errors import FormError, UserError
from handlers import dispatch
from handlers.kinds import ActionHandler, Actor, Answer, Context, Origin, Use

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Router:
    """Finds the handler for what a person said or clicked, and always returns an answer.

    `now` yields the current moment in UTC; it is asked once per request.
    """

    use: Use
    actions: Mapping[str, ActionHandler]
    now: Callable[[], datetime]

    async def ask(self, text: str, actor: Actor, origin: Origin) -> Answer:
        """Answer the words after `/cost`, the name itself allowed in front."""
        context = Context(actor, origin, self.now(), self.use)
        try:
            return await dispatch.ask(context, text)
        except UserError as error:
            return Answer(problem.cannot(text, str(error), error.suggestions), refused=True)
        except Exception:
            return _broken(text)

    async def click(self, action: Action, actor: Actor, origin: Origin) -> Answer:
        """Carry out a button."""
        context = Context(actor, origin, self.now(), self.use)
        handler = self.actions.get(action.name)
        try:
            if handler is None:
                raise UserError("This button belongs to an older version. Ask again.", ("help",))
            return await handler.run(context, action.args)
        except FormError as error:
            card = problem.cannot(action.name, str(error))
            return Answer(card, refused=True, faults=error.faults)
        except UserError as error:
            return Answer(problem.cannot(action.name, str(error), error.suggestions), refused=True)
        except Exception:
            return _broken(action.name)


def _broken(what: str) -> Answer:
    reference = uuid4().hex[:8]
    log.exception("request %s failed", reference, extra={"asked": what[:200]})
    return Answer(problem.broken(reference), refused=True)
