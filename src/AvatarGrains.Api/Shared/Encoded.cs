using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace AvatarGrains.Api.Shared;

/// <summary>Bytes and samples in messages of clients.</summary>
internal static class Encoded
{
    /// <summary>Decodes a JSON member that holds base64.</summary>
    /// <param name="value">The member, or null when it is not there.</param>
    /// <param name="field">What it is called.</param>
    /// <param name="maxCharacters">Longest text.</param>
    /// <returns>
    /// The bytes, or <see cref="RequestFault.TooLarge"/>, <see cref="RequestFault.WrongType"/> when it is no text,
    /// <see cref="RequestFault.Invalid"/> when it is no base64.
    /// </returns>
    public static Checked<byte[]> Base64(JsonElement? value, string field, int maxCharacters)
    {
        if (value is not { ValueKind: JsonValueKind.String } text)
        {
            return new RequestError(RequestFault.WrongType, $"{field} must be a text.", field);
        }

        if (LengthOf(text) > maxCharacters)
        {
            return TooLong(field, maxCharacters);
        }

        return text.TryGetBytesFromBase64(out var bytes) ? bytes : NotBase64(field);
    }

    /// <summary>Decodes base64.</summary>
    /// <param name="text">The text, or null when it is not there.</param>
    /// <param name="field">What it is called.</param>
    /// <param name="maxCharacters">Longest text.</param>
    /// <returns>
    /// The bytes, or <see cref="RequestFault.TooLarge"/>, <see cref="RequestFault.Missing"/>, <see cref="RequestFault.Invalid"/> when it is no
    /// base64.
    /// </returns>
    public static Checked<byte[]> Base64(string? text, string field, int maxCharacters)
    {
        if (text is null)
        {
            return new RequestError(RequestFault.Missing, $"{field} is required.", field);
        }

        if (text.Length > maxCharacters)
        {
            return TooLong(field, maxCharacters);
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        return System.Buffers.Text.Base64.DecodeFromUtf8InPlace(bytes, out var length) == OperationStatus.Done ? bytes[..length] : NotBase64(field);
    }

    /// <summary>Reads little-endian 16-bit samples.</summary>
    /// <returns>The samples, or <see cref="RequestFault.Invalid"/> when the last one lacks a byte.</returns>
    public static Checked<short[]> Pcm16(ReadOnlySpan<byte> bytes, string field)
    {
        if (bytes.Length % sizeof(short) != 0)
        {
            return new RequestError(RequestFault.Invalid, $"{field} must be 16-bit samples; it has an odd number of bytes.", field);
        }

        var samples = new short[bytes.Length / sizeof(short)];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(i * sizeof(short))..]);
        }

        return samples;
    }

    private static RequestError TooLong(string field, int maxCharacters) =>
        new(RequestFault.TooLarge, $"{field} may have {maxCharacters} characters.", field);

    private static RequestError NotBase64(string field) => new(RequestFault.Invalid, $"{field} must be base64.", field);

    /// <summary>The length of a text as it was sent, quotes included, without making it a string.</summary>
    private static int LengthOf(JsonElement text) => JsonMarshal.GetRawUtf8Value(text).Length;
}
