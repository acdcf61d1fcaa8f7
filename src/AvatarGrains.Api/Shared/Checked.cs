using System.Diagnostics.CodeAnalysis;

namespace AvatarGrains.Api.Shared;

/// <summary>What was read from a client's input, or why it cannot be used: bad input is an outcome and throws nothing.</summary>
internal readonly struct Checked<T>
{
    private readonly T? _value;

    public Checked(T value)
        : this(value, null)
    {
    }

    private Checked(T? value, RequestError? error) => (_value, Error) = (value, error);

    /// <summary>What is wrong, or null.</summary>
    public RequestError? Error { get; }

    public static implicit operator Checked<T>(T value) => new(value, null);

    public static implicit operator Checked<T>(RequestError error) => new(default, error);

    /// <returns>True with the value, false with what is wrong.</returns>
    public bool Is([MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out RequestError? error)
    {
        (value, error) = (_value, Error);
        return error is null;
    }

    /// <summary>The value, for an endpoint that ends with the error anyway.</summary>
    /// <param name="field">The field to blame where the error names none.</param>
    /// <exception cref="RequestException">There is none.</exception>
    public T Demand(string? field = null) =>
        Error is { } error ? throw new RequestException(error.Field is null ? error with { Field = field } : error) : _value!;
}
