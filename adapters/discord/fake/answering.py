"""Calls that answer interactions: the first response, and all later ones by token."""

from __future__ import annotations

from datetime import timedelta

from adapters.discord.fake import composing, events, objects
from adapters.discord.fake.call import NOTHING, Answer, Call
from adapters.discord.fake.model import EPHEMERAL, JSON, LOADING, Interaction, Message, Modal, Refused
from adapters.discord.fake.strict import check_modal, invalid
from adapters.discord.fake.world import World

FIRST_RESPONSE, TOKEN_LIFE = timedelta(seconds=3), timedelta(minutes=15)
COMMAND, PRESS, COMPLETION, FORM = 2, 3, 4, 5
REPLY, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
_ALLOWED = {
    COMMAND: (REPLY, DEFER, MODAL),
    PRESS: (REPLY, DEFER, DEFER_UPDATE, UPDATE, MODAL),
    COMPLETION: (CHOICES,),
    FORM: (REPLY, DEFER, DEFER_UPDATE, UPDATE),
}


def respond(world: World, call: Call) -> Answer:
    """Play the callback: once, within three seconds, and of a type that fits."""
    act = world.interactions.get(call.path["interaction"])
    if act is None or act.token != call.path["token"]:
        raise Refused(404, 10062, "Unknown interaction")
    if act.acked:
        raise Refused(400, 40060, "Interaction has already been acknowledged.")
    if world.now - act.at > FIRST_RESPONSE:
        raise Refused(404, 10062, "Unknown interaction")
    kind, data = int(call.fields.get("type") or 0), call.fields.get("data") or {}
    if kind not in _ALLOWED[act.kind] or (kind in (DEFER_UPDATE, UPDATE) and act.on is None):
        raise invalid("type", f"an interaction of type {act.kind} cannot be answered by {kind}", "BASE_TYPE_CHOICES")
    _play(world, act, kind, data)
    act.acked = kind
    world.changed()
    return Answer(_callback(world, act, kind)) if call.query.get("with_response") in ("true", "1") else NOTHING


def _play(world: World, act: Interaction, kind: int, data: JSON) -> None:
    match kind:
        case 4 | 5:
            act.original = _made(world, act, data, loading=kind == DEFER).id
        case 6 | 7:
            assert act.on is not None
            act.original = act.on.id
            if kind == UPDATE:
                _changed(world, act.on, data)
        case 8:
            choices = data.get("choices") or []
            if len(choices) > 25 or any(not 0 < len(choice["name"]) <= 100 for choice in choices):
                raise invalid("choices", "25 choices of 1 to 100 characters", "BASE_TYPE_MAX_LENGTH")
            act.choices = choices
        case 9:
            check_modal(data)
            world.modals[act.user.id] = Modal(act.user, data, act)


def _made(world: World, act: Interaction, data: JSON, *, loading: bool = False) -> Message:
    message = composing.compose(world, world.channels[act.channel], data, loading=loading)
    message.kind = 20 if act.kind == COMMAND else 0
    message.reader = act.user.id if message.flags & EPHEMERAL else ""
    message.webhook, message.interaction = world.application, _metadata(act)
    act.made.add(message.id)
    return world.add(message)


def _metadata(act: Interaction) -> JSON:
    seen: JSON = {"id": act.id, "type": act.kind, "user": objects.user(act.user)}
    seen["authorizing_integration_owners"] = act.owners
    if act.kind == PRESS and act.on is not None:
        seen["interacted_message_id"] = act.on.id
    if act.kind == FORM and act.by is not None:
        seen["triggering_interaction_metadata"] = _metadata(act.by)
    return seen


def _callback(world: World, act: Interaction, kind: int) -> JSON:
    seen: JSON = {"id": act.id, "type": act.kind, "channel_id": act.channel}
    if act.guild:
        seen["guild_id"] = act.guild
    message = world.messages.get(act.original)
    if message is None or kind not in (REPLY, DEFER):
        return {"interaction": seen}
    seen |= {"response_message_id": message.id, "response_message_loading": bool(message.flags & LOADING)}
    seen["response_message_ephemeral"] = bool(message.flags & EPHEMERAL)
    if kind == DEFER:
        return {"interaction": seen}
    return {"interaction": seen, "resource": {"type": kind, "message": objects.message(world, message)}}


# ---------------------------------------------------------------- later, by token
def _of_token(world: World, call: Call) -> Interaction:
    found = world.tokens.get(call.path["token"])
    if found is None or not found.acked or call.path["application"] != world.application:
        raise Refused(404, 10015, "Unknown Webhook")
    if world.now - found.at > TOKEN_LIFE:
        raise Refused(401, 50027, "Invalid Webhook Token")
    return found


def _message(world: World, call: Call, act: Interaction) -> Message:
    wanted = call.path["message"]
    number = act.original if wanted == "@original" else wanted
    found = world.messages.get(number)
    if found is None or number not in {act.original, *act.made}:
        raise Refused(404, 10008, "Unknown Message")
    return found


def follow_up(world: World, call: Call) -> Answer:
    """Play POST …/{token}: the first one after a deferral takes the place of "thinking", and its audience."""
    act = _of_token(world, call)
    original = world.messages.get(act.original)
    if original is not None and original.flags & LOADING:
        _changed(world, original, call.fields)
        return Answer(objects.message(world, original))
    return Answer(objects.message(world, _made(world, act, call.fields)))


def show(world: World, call: Call) -> Answer:
    """Play GET …/{token}/messages/{message}; "thinking" is a message too, with a flag."""
    return Answer(objects.message(world, _message(world, call, _of_token(world, call))))


def edit(world: World, call: Call) -> Answer:
    """Play PATCH …/{token}/messages/{message}."""
    message = _message(world, call, _of_token(world, call))
    _changed(world, message, call.fields)
    return Answer(objects.message(world, message))


def delete(world: World, call: Call) -> Answer:
    """Play DELETE …/{token}/messages/{message}."""
    message = _message(world, call, _of_token(world, call))
    del world.messages[message.id]
    if not message.reader:
        world.emit(events.deleted(world, [message]))
    world.changed()
    return NOTHING


def _changed(world: World, message: Message, fields: JSON) -> None:
    composing.change(world, message, fields)
    if not message.reader:
        world.emit(events.message(world, "MESSAGE_UPDATE", message))
    world.changed()
