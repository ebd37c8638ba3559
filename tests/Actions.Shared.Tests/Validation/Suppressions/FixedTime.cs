namespace Actions.Shared.Tests.Validation.Suppressions;

/// <summary>The evening of 1 June 2026, UTC.</summary>
internal sealed class FixedTime : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => new(2026, 6, 1, 23, 30, 0, TimeSpan.Zero);
}
