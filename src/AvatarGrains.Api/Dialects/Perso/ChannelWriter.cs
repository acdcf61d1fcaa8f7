using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>Writes <c>{"type":T,"data":{…}}</c> messages into one buffer that is used again for the next.</summary>
internal sealed class ChannelWriter : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(256);
    private readonly Utf8JsonWriter _json;

    public ChannelWriter() =>
        _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Begins a message; the caller writes the members of <c>data</c>.</summary>
    public Utf8JsonWriter Begin(string type)
    {
        _buffer.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString("type", type);
        _json.WriteStartObject("data");
        return _json;
    }

    /// <summary>Ends the message; valid until the next <see cref="Begin"/>.</summary>
    public ReadOnlySpan<byte> End()
    {
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.Flush();
        return _buffer.WrittenSpan;
    }

    public void Dispose() => _json.Dispose();
}
