namespace AvatarGrains.Api.Dialects.Perso.Socket;

/// <summary>
/// The name family of a streaming recognition: <c>stt.*</c> of SDK 1.7, <c>realtime_stt.*</c> of 1.8. Answers are in the family that was
/// used.
/// </summary>
/// <param name="Prefix">First part of the names.</param>
/// <param name="FinalText">What the words that will not change any more are called.</param>
/// <param name="Locale">What an utterance's language is called.</param>
internal sealed record SocketFamily(string Prefix, string FinalText, string Locale)
{
    public static SocketFamily Stt { get; } = new("stt", "final_text", "locale");

    public static SocketFamily Realtime { get; } = new("realtime_stt", "finalized_text", "language");
}
