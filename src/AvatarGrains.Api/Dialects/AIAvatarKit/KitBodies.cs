using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AvatarGrains.Api.Dialects.AIAvatarKit;

/// <summary>Writes what clients parse: text as it is spoken, without needless escapes.</summary>
internal static class KitBodies
{
    private static readonly KitJson Readable =
        new(new JsonSerializerOptions(KitJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static byte[] Bytes(KitResponse response) => JsonSerializer.SerializeToUtf8Bytes(response, Readable.KitResponse);

    public static byte[] Bytes(JsonObject body) => JsonSerializer.SerializeToUtf8Bytes(body, Readable.JsonObject);
}
