namespace AvatarGrains.Api.Shared;

/// <summary>Reading in one expression for endpoints that end with the error.</summary>
internal static class CheckedTasks
{
    /// <param name="reading">What is being read.</param>
    /// <param name="field">The field to blame where the error names none.</param>
    /// <exception cref="RequestException">The input cannot be used.</exception>
    public static async ValueTask<T> DemandAsync<T>(this ValueTask<Checked<T>> reading, string? field = null) => (await reading).Demand(field);
}
