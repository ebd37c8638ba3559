// The stand-in as a program: prints its address and serves until standard input ends. With a number it holds so many things besides the sample.
using ScalewayStandIn;

await using var server = new StandInServer(args.Length > 0 ? LargeAccount.Create(int.Parse(args[0])) : SampleAccount.Create());
Console.WriteLine($"{server.Address} {StandInAccount.Organisation} {server.Account.SecretKey} {server.ObjectStorage}");
await Console.In.ReadToEndAsync();
