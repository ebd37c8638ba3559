namespace Actions.Shared.Validation.Cel;

/// <summary>How many steps may still be taken. One operation is one step; work that grows with its input costs more. Not for concurrent use.</summary>
internal sealed class CelBudget(int steps)
{
    /// <summary>As many as the API server grants one evaluation of one rule.</summary>
    public const int OfEvaluation = 1_000_000;

    private int _left = steps;

    /// <summary>What is left; never negative.</summary>
    public int Left => _left;

    /// <summary>Takes one step.</summary>
    public void Step()
    {
        if (--_left < 0)
        {
            Exhaust();
        }
    }

    /// <summary>Pays for <paramref name="items"/> items before they are looked at.</summary>
    public void Pay(long items)
    {
        if (items >= _left)
        {
            Exhaust();
        }

        _left -= (int)items;
    }

    /// <summary>Pays for <paramref name="characters"/> characters (or bytes) before they are read or written: ten are a step.</summary>
    public void PayText(long characters) => Pay((characters / 10) + 1);

    private void Exhaust()
    {
        _left = 0;
        throw new CelExhaustedException();
    }
}
