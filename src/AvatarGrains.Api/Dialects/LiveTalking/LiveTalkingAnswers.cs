using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.LiveTalking;

/// <summary>The dialect's JSON bodies: <c>{"code":0,"msg":"ok"}</c>, with <c>data</c> where there is any.</summary>
internal static class LiveTalkingAnswers
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="data">Writes the value of <c>data</c>; null for none.</param>
    public static IResult Ok(Action<Utf8JsonWriter>? data = null) => Answer(0, "ok", StatusCodes.Status200OK, data);

    public static IResult Failed(string message, int code = -1, int status = StatusCodes.Status200OK) => Answer(code, message, status, null);

    /// <summary>JSON as UTF-8, without needless escapes.</summary>
    public static byte[] Write(Action<Utf8JsonWriter> body)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            body(json);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static IResult Answer(int code, string message, int status, Action<Utf8JsonWriter>? data) => Results.Text(
        Write(json =>
        {
            json.WriteNumber("code", code);
            json.WriteString("msg", message);
            if (data is not null)
            {
                json.WritePropertyName("data");
                data(json);
            }
        }),
        "application/json",
        status);
}
