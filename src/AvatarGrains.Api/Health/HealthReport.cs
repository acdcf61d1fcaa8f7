namespace AvatarGrains.Api.Health;

/// <summary>The server's health.</summary>
/// <param name="Status">healthy, degraded, or draining: the server stops, and the answer is 503.</param>
/// <param name="Version">Of the server.</param>
/// <param name="PipelineStatus">Stage by stage.</param>
/// <param name="Uptime">Seconds.</param>
internal sealed record HealthReport(string Status, string Version, PipelineStatus PipelineStatus, double Uptime);

/// <summary>Which stages have an engine.</summary>
internal sealed record PipelineStatus(bool Initialized, bool VadAvailable, bool AsrAvailable, bool LlmAvailable, bool TtsAvailable, bool AvatarAvailable);
