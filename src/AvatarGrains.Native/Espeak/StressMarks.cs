namespace AvatarGrains.Native.Espeak;

/// <summary>
/// Finds the stress of phonemes: the library's phoneme events do not carry it, its transcription of the text does (ˈ or ˌ before the vowel).
/// Both list the same symbols in the same order but for small differences, so each symbol is sought a little ahead in the transcription.
/// </summary>
internal sealed class StressMarks(string transcription)
{
    private const int Window = 12;
    private int _position;

    /// <summary>The stress of the next phoneme: 0 none, 1 primary, 2 secondary.</summary>
    public byte Next(string symbol)
    {
        var window = transcription.AsSpan(_position, Math.Min(Window + symbol.Length, transcription.Length - _position));
        var at = window.IndexOf(symbol, StringComparison.Ordinal);
        if (at < 0)
        {
            return 0;
        }

        var stress = at == 0 ? (char)0 : window[at - 1];
        _position += at + symbol.Length;
        return stress switch { 'ˈ' => 1, 'ˌ' => 2, _ => 0 };
    }
}
