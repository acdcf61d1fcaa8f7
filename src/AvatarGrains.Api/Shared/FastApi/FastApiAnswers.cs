using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Shared.FastApi;

/// <summary>The error bodies that servers written with FastAPI send.</summary>
internal static class FastApiAnswers
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>{"detail":"…"}</c> with a status.</summary>
    public static IResult Detail(int status, string detail) => Json(status, json => json.WriteString("detail", detail));

    /// <summary>Status 422 with what is wrong: <c>{"detail":[{"type","loc","msg","input"}]}</c>.</summary>
    public static IResult Unprocessable(params IReadOnlyList<FastApiIssue> issues) => Json(StatusCodes.Status422UnprocessableEntity, json =>
    {
        json.WriteStartArray("detail");
        foreach (var issue in issues)
        {
            Write(json, issue);
        }

        json.WriteEndArray();
    });

    private static void Write(Utf8JsonWriter json, FastApiIssue issue)
    {
        json.WriteStartObject();
        json.WriteString("type", issue.Type);
        json.WriteStartArray("loc");
        foreach (var place in issue.Loc)
        {
            WriteValue(json, place);
        }

        json.WriteEndArray();
        json.WriteString("msg", issue.Msg);
        json.WritePropertyName("input");
        if (issue.Input is { ValueKind: not JsonValueKind.Undefined } input)
        {
            input.WriteTo(json);
        }
        else
        {
            json.WriteNullValue();
        }

        if (issue.Ctx is { } facts)
        {
            json.WriteStartObject("ctx");
            foreach (var (name, value) in facts)
            {
                json.WritePropertyName(name);
                WriteValue(json, value);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, object value)
    {
        switch (value)
        {
            case int number:
                json.WriteNumberValue(number);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            default:
                json.WriteStringValue(value.ToString());
                break;
        }
    }

    private static IResult Json(int status, Action<Utf8JsonWriter> body)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            body(json);
            json.WriteEndObject();
        }

        return Results.Text(buffer.ToArray(), "application/json", status);
    }
}
