namespace AvatarGrains.Engines.Vad;

/// <summary>What a frame of sound looks like.</summary>
/// <param name="LowDb">Level of 100 to 1000 Hz, decibels below full scale.</param>
/// <param name="HighDb">Level of 1000 to 4000 Hz.</param>
/// <param name="TotalDb">Level of everything.</param>
/// <param name="Periodicity">0 to 1: how well the sound repeats at a pitch of a voice (70 to 400 Hz).</param>
/// <param name="Pitch">Samples of that repetition.</param>
/// <param name="Crest">Peak over root mean square: a click has a high one.</param>
internal readonly record struct FrameFeatures(double LowDb, double HighDb, double TotalDb, double Periodicity, int Pitch, double Crest);
