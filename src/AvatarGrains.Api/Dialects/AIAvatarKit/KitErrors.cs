using System.Text.Json.Nodes;
using AvatarGrains.Api.Shared;
using AvatarGrains.Api.Shared.FastApi;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.AIAvatarKit;

/// <summary>The error shapes of the dialect: FastAPI's, and <c>{"error":"…"}</c> where the dialect's own endpoints find fault.</summary>
internal sealed class KitErrors : IErrorShape
{
    private const string Own = "error";

    private readonly FastApiErrors _fastApi = new();

    /// <summary>An error that is answered as <c>{"error":"…"}</c>.</summary>
    public static RequestException Refuse(string detail, int status = StatusCodes.Status400BadRequest) =>
        new(new RequestError(RequestFault.Invalid, detail) { Code = Own, Status = status });

    public IResult Answer(RequestError error) => error switch
    {
        { Code: Own } => Results.Text(KitBodies.Bytes(new JsonObject { ["error"] = error.Detail }), "application/json", error.Status),
        _ => _fastApi.Answer(error),
    };
}

/// <summary>As <see cref="KitErrors"/>, and what is not there or fails as the control API tells it: with status 500.</summary>
internal sealed class KitControlErrors : IErrorShape
{
    private readonly KitErrors _errors = new();

    public IResult Answer(RequestError error) => error.Fault == RequestFault.NotFound || error.Status == StatusCodes.Status500InternalServerError
        ? Results.Text(
            KitBodies.Bytes(new JsonObject { ["error"] = $"error: {error.Detail}" }), "application/json", StatusCodes.Status500InternalServerError)
        : _errors.Answer(error);
}
