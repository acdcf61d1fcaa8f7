using AvatarGrains.Api.Shared;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>A request that is answered with a code of the dialect.</summary>
internal sealed class PersoException(int status, string code, string detail, string? attr = null)
    : RequestException(new RequestError(RequestFault.Invalid, detail, attr) { Status = status, Code = code })
{
    public string Code => Error.Code!;

    public static PersoException NotFound() => new(404, "not_found", "Not found.");

    public static PersoException Invalid(string detail, string? attr) => new(400, "invalid", detail, attr);

    public static PersoException Missing(string attr) => new(400, "required", "This field is required.", attr);

    public static PersoException Unknown(string id, string attr) => new(400, "does_not_exist", $"Invalid pk \"{id}\" - object does not exist.", attr);
}
