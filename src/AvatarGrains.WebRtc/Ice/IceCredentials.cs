using System.Text;

namespace AvatarGrains.WebRtc.Ice;

/// <summary>User fragment and password of one side (RFC 8445 5.3), also as the bytes STUN carries.</summary>
internal sealed class IceCredentials
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    public IceCredentials(string ufrag, string password)
    {
        Ufrag = ufrag;
        Password = password;
        UfragBytes = Encoding.UTF8.GetBytes(ufrag);
        Key = Encoding.UTF8.GetBytes(password);
    }

    public string Ufrag { get; }

    public string Password { get; }

    public byte[] UfragBytes { get; }

    /// <summary>The short-term key of MESSAGE-INTEGRITY.</summary>
    public byte[] Key { get; }

    public static IceCredentials Create(EntropySource random) => new(Text(random, 12), Text(random, 24));

    /// <summary>Random text of characters that ICE and SDP allow, six bits each.</summary>
    public static string Text(EntropySource random, int length)
    {
        Span<byte> bytes = stackalloc byte[64];
        bytes = bytes[..length];
        random(bytes);
        Span<char> text = stackalloc char[length];
        for (var i = 0; i < length; i++)
        {
            text[i] = Alphabet[bytes[i] & 63];
        }

        return new string(text);
    }
}
