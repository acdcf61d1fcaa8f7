using AvatarGrains.Api.Shared;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Tests.Shared;

/// <summary>Answers with the fault's name and the field it is about.</summary>
internal sealed class FaultShape : IErrorShape
{
    public IResult Answer(RequestError error) => Results.Text($"{error.Fault} {error.Field}".Trim(), statusCode: error.Status);
}
