using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Shared;

/// <summary>How one dialect tells a client what is wrong: the one place that knows its statuses, codes and words.</summary>
internal interface IErrorShape
{
    /// <summary>The status and the body. <c>Retry-After</c> and <c>Connection</c> are set already.</summary>
    IResult Answer(RequestError error);
}
