using System.Security.Cryptography;
using System.Text;

namespace AvatarGrains.Core.Sessions;

/// <summary>Keys of the form <c>pak-</c> and 32 hexadecimal digits: 128 random bits.</summary>
public static class ApiKey
{
    private const int ShownCharacters = 12;

    public static string Create() => "pak-" + RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>What is kept of a key.</summary>
    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>What a key is called after it was shown; 96 bits stay secret.</summary>
    public static string IdOf(string key) => key[..ShownCharacters];
}
