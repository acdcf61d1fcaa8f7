using AvatarGrains.Api.Shared;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.LiveTalking;

/// <summary>The dialect's errors: status 200 with <c>{"code":-1,"msg":"…"}</c>, whatever is wrong.</summary>
internal sealed class LiveTalkingErrors : IErrorShape
{
    public const string SessionNotFound = "session not found";

    public IResult Answer(RequestError error) => LiveTalkingAnswers.Failed(error.Fault switch
    {
        // A session that has ended is no longer known to clients of the dialect.
        RequestFault.NotFound or RequestFault.SessionEnded => SessionNotFound,
        _ => error.Detail,
    });
}
